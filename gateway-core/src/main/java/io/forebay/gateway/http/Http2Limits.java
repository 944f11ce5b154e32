package io.forebay.gateway.http;

import io.forebay.policy.ClientTraffic;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.concurrent.TimeUnit;

/// What one HTTP/2 connection of a client may cost: what is announced in SETTINGS, and the bounds that end a connection
/// whose client only makes work (RFC 9113 section 10.5).
final class Http2Limits {
    /// Answers to control frames that the client has not read yet.
    static final int QUEUED_CONTROL_FRAMES_MAX = 1_000;

    /// Streams that the client resets, or makes us reset, within [#RESET_WINDOW_SECONDS].
    static final int RESETS_MAX = 200;

    static final int RESET_WINDOW_SECONDS = 30;
    static final int EMPTY_DATA_FRAMES_MAX = 10;
    static final int SMALL_CONTINUATION_FRAMES_MAX = 16;

    /// PING, SETTINGS, PRIORITY and unknown frames within [#CONTROL_WINDOW_NS].
    static final int CONTROL_FRAMES_MAX = 2_000;

    /// WINDOW_UPDATE frames may be as many, and one more for so much of answers that was written meanwhile: a client
    /// may open both windows, the stream's and the connection's, for each half of a KiB that it takes.
    static final int BYTES_PER_WINDOW_UPDATE = 256;

    static final long CONTROL_WINDOW_NS = TimeUnit.SECONDS.toNanos(1);

    /// How long a draining connection waits for the round trip after which no new stream can be on its way.
    static final long DRAIN_NOTICE_NS = TimeUnit.SECONDS.toNanos(1);

    private Http2Limits() {}

    /// What a policy asks, and what is always so.
    static Http2Settings settings(ClientTraffic.Http2 asked) {
        return new Http2Settings()
                .connectProtocolEnabled(true)
                .maxConcurrentStreams(asked.streamsMax())
                .initialWindowSize(asked.streamWindowBytes())
                .maxHeaderListSize(RequestHead.HEAD_BYTES_MAX);
    }
}
