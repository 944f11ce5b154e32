package io.forebay.gateway.http;

/// Counts what a client of HTTP/3 does that only makes work; see [Http3Limits]. One a connection, on its loop. Pure.
final class Http3Nuisance {
    private long idleSinceNs;
    private int idleFrames;
    private long resetsSinceNs;
    private int resets;
    private int cutShort;

    /// Counts a frame that means no work.
    boolean isIdleFrameTooMany(long nowNs) {
        if (nowNs - idleSinceNs > Http3Limits.IDLE_FRAMES_WINDOW_NS) {
            idleSinceNs = nowNs;
            idleFrames = 0;
        }
        return ++idleFrames > Http3Limits.IDLE_FRAMES_MAX;
    }

    /// Counts a stream that the client has reset.
    boolean isResetTooMany(long nowNs) {
        if (nowNs - resetsSinceNs > Http3Limits.RESET_WINDOW_NS) {
            resetsSinceNs = nowNs;
            resets = 0;
        }
        return ++resets > Http3Limits.RESETS_MAX;
    }

    /// Counts a stream that ended before both sides had.
    boolean isWornOut() {
        return ++cutShort > Http3Limits.CUT_SHORT_MAX;
    }
}
