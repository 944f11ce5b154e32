package io.forebay.mesh.resilience;

import java.util.concurrent.TimeUnit;

/// When a breaker opens and how long it stays so.
///
/// @param failuresToOpen consecutive failures that open it
/// @param openNs least time between opening and the next probe
/// @param openJitterNs a random part of this is added to `openNs`, so that gateways do not probe in step
/// @param probeNs after this long without the probe's outcome another probe is let through
public record BreakerSettings(int failuresToOpen, long openNs, long openJitterNs, long probeNs) {
    private static final int FAILURES_MAX = 1_000_000;
    private static final long DURATION_MAX_NS = TimeUnit.DAYS.toNanos(1);

    /// Five failures, ten to twelve seconds.
    public static final BreakerSettings DEFAULT = new BreakerSettings(
            5, TimeUnit.SECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(10));

    public BreakerSettings {
        require("failuresToOpen", failuresToOpen, 1, FAILURES_MAX);
        require("openNs", openNs, 1, DURATION_MAX_NS);
        require("openJitterNs", openJitterNs, 0, DURATION_MAX_NS);
        require("probeNs", probeNs, 1, DURATION_MAX_NS);
    }

    private static void require(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " must be " + min + " to " + max + ": " + value);
        }
    }
}
