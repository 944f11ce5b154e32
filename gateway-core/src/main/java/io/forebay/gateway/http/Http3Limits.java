package io.forebay.gateway.http;

import io.netty.handler.codec.http3.DefaultHttp3SettingsFrame;
import io.netty.handler.codec.http3.Http3Settings;
import io.netty.handler.codec.http3.Http3SettingsFrame;
import java.util.concurrent.TimeUnit;

/// What one HTTP/3 connection of a client may cost: what is announced in the handshake and in SETTINGS, and the bounds
/// that end a connection whose client only makes work (RFC 9114 section 10.5).
public final class Http3Limits {
    /// Requests at a time.
    public static final int STREAMS_MAX = 100;

    /// Streams that only the client sends on, at a time: three have a meaning, others are ignored.
    public static final int UNIDIRECTIONAL_STREAMS_MAX = 8;

    /// At the beginning; the library opens it further for who sends fast, and never before it was read.
    public static final int STREAM_WINDOW_BYTES = 64 * 1024;

    public static final int CONNECTION_WINDOW_BYTES = 1024 * 1024;

    /// Without any packet of the client's. A connection without requests ends earlier, see [ClientLimits].
    public static final long SILENT_MS = TimeUnit.MINUTES.toMillis(5);

    /// Of a head as RFC 9114 section 4.2.2 counts it: so much more than [RequestHead#HEAD_BYTES_MAX] that who exceeds
    /// that is answered 431. One beyond this ends the connection.
    static final int FIELD_SECTION_BYTES_MAX = RequestHead.HEAD_BYTES_MAX + 8 * 1024;

    /// Streams that the client resets within [#RESET_WINDOW_NS].
    static final int RESETS_MAX = 200;

    static final long RESET_WINDOW_NS = TimeUnit.SECONDS.toNanos(30);

    /// Streams of one connection that end before both sides have: the library keeps a little of each until the
    /// connection ends. It ends in good order then.
    static final int CUT_SHORT_MAX = 1_000;

    /// Frames that mean no work, within a second.
    static final int IDLE_FRAMES_MAX = 2_000;

    static final long IDLE_FRAMES_WINDOW_NS = TimeUnit.SECONDS.toNanos(1);

    /// How long a draining connection waits until no new request can be on its way.
    static final long DRAIN_NOTICE_NS = TimeUnit.SECONDS.toNanos(1);

    private Http3Limits() {}

    /// Without a dynamic table for heads: no request waits for another's.
    static Http3SettingsFrame settings() {
        return new DefaultHttp3SettingsFrame(Http3Settings.defaultSettings()
                .qpackMaxTableCapacity(0)
                .qpackBlockedStreams(0)
                .maxFieldSectionSize(FIELD_SECTION_BYTES_MAX));
    }
}
