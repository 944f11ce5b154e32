package io.forebay.gateway.http;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.StreamByteDistributor;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/// Remembers where Netty counts what of each stream waits for the stream's window or the connection's: it tells
/// nobody but who shares the bytes out. Streams share evenly. One a connection, on its loop.
final class UnsentBytes implements StreamByteDistributor {
    private final UniformStreamByteDistributor even;
    private final Http2Connection.PropertyKey counted;

    UnsentBytes(Http2Connection connection) {
        this.even = new UniformStreamByteDistributor(connection);
        this.counted = connection.newKey();
    }

    /// What of the stream was given to Netty and has not left, in bytes.
    long bytes(Http2Stream stream) {
        StreamState state = stream.getProperty(counted);
        return state == null ? 0 : state.pendingBytes();
    }

    @Override
    public void updateStreamableBytes(StreamState state) {
        Http2Stream stream = state.stream();
        if (stream.getProperty(counted) == null) {
            stream.setProperty(counted, state);
        }
        even.updateStreamableBytes(state);
    }

    @Override
    public void updateDependencyTree(int childStreamId, int parentStreamId, short weight, boolean exclusive) {
        even.updateDependencyTree(childStreamId, parentStreamId, weight, exclusive);
    }

    @Override
    public boolean distribute(int maxBytes, Writer writer) throws Http2Exception {
        return even.distribute(maxBytes, writer);
    }
}
