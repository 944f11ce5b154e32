package io.forebay.gateway.http;

import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;

/// The window that the streams of a client's connection share (RFC 9113 section 5.2). What waits here for a consumer
/// that has paused uses it up, for the other streams too: it is opened by as much again, at most by its own size, so
/// that the others are held up only once all of them hold one and a half times the window together, twice at most.
/// Nothing is sent for that before half of the window is used up. Owned by the connection's loop.
final class Http2SharedWindow {
    private final Http2Connection connection;
    private final DefaultHttp2LocalFlowController windows;
    private final int bytes;
    private int heldBytes;
    private int lentBytes;

    /// @param connection gets its windows from here
    /// @param bytes 65,535 or more
    Http2SharedWindow(Http2Connection connection, int bytes) {
        this.connection = connection;
        this.windows = new DefaultHttp2LocalFlowController(connection);
        this.bytes = bytes;
        connection.local().flowController(windows);
    }

    /// What of bodies waits has become more, or less. Told before what has left counts as taken.
    ///
    /// @param isOpen whether anything can still be sent to the client
    void holds(int moreBytes, boolean isOpen) throws Http2Exception {
        heldBytes += moreBytes;
        int lent = Math.min(heldBytes, bytes);
        int more = lent - lentBytes;
        if (more != 0 && isOpen) {
            lentBytes = lent;
            windows.incrementWindowSize(connection.connectionStream(), more);
            // The client is told once it has used half of the window itself, whatever has been lent.
            windows.windowUpdateRatio(connection.connectionStream(), 1 - bytes / (2f * (bytes + lent)));
        }
    }

    /// Whether the client may send any of a body.
    boolean isOpen() {
        return windows.windowSize(connection.connectionStream()) > 0;
    }
}
