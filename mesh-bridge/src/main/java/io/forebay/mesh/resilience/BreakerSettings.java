package io.forebay.mesh.resilience;

import io.forebay.mesh.HealthCheck;
import java.util.concurrent.TimeUnit;

/// When a breaker opens and how long it stays so.
///
/// @param failuresToOpen consecutive failures that open it
/// @param openNs least time between opening and the next probe, when it has not been open lately
/// @param openMaxNs the same when it has been: `openNs` times the number of openings, at most this
/// @param forgetNs each this long closed takes one from that number
/// @param openJitterNs a random part of this is added, so that gateways do not probe in step
/// @param failurePercent of the calls within `forgetNs` that opens it too, where there are
///     [FailureRatio#CALLS_MIN]; 0 for never
/// @param probeNs after this long without the probe's outcome another probe is let through
public record BreakerSettings(
        int failuresToOpen,
        long openNs,
        long openMaxNs,
        long forgetNs,
        long openJitterNs,
        int failurePercent,
        long probeNs) {
    private static final int FAILURES_MAX = 1_000_000;
    private static final long DURATION_MAX_NS = TimeUnit.DAYS.toNanos(1);
    private static final long FORGET_DEFAULT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long PROBE_DEFAULT_NS = TimeUnit.SECONDS.toNanos(10);

    /// Five failures, ten to twelve seconds.
    public static final BreakerSettings DEFAULT =
            new BreakerSettings(5, TimeUnit.SECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(2), PROBE_DEFAULT_NS);

    public BreakerSettings {
        require("failuresToOpen", failuresToOpen, 1, FAILURES_MAX);
        require("openNs", openNs, 1, DURATION_MAX_NS);
        require("openMaxNs", openMaxNs, openNs, DURATION_MAX_NS);
        require("forgetNs", forgetNs, 1, DURATION_MAX_NS);
        require("openJitterNs", openJitterNs, 0, DURATION_MAX_NS);
        require("failurePercent", failurePercent, 0, 100);
        require("probeNs", probeNs, 1, DURATION_MAX_NS);
    }

    /// By failures in a row alone.
    public BreakerSettings(
            int failuresToOpen, long openNs, long openMaxNs, long forgetNs, long openJitterNs, long probeNs) {
        this(failuresToOpen, openNs, openMaxNs, forgetNs, openJitterNs, 0, probeNs);
    }

    /// Open for the same time whenever it opens.
    public BreakerSettings(int failuresToOpen, long openNs, long openJitterNs, long probeNs) {
        this(failuresToOpen, openNs, openNs, FORGET_DEFAULT_NS, openJitterNs, 0, probeNs);
    }

    /// A breaker that ejects as the policy says.
    public static BreakerSettings of(HealthCheck.Passive passive) {
        return new BreakerSettings(
                passive.consecutiveFailures(),
                passive.baseEjectionNs(),
                Math.max(passive.baseEjectionNs(), HealthCheck.Passive.EJECTION_MAX_NS),
                passive.intervalNs(),
                0,
                passive.failurePercentMax(),
                PROBE_DEFAULT_NS);
    }

    private static void require(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " must be " + min + " to " + max + ": " + value);
        }
    }
}
