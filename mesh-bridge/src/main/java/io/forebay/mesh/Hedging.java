package io.forebay.mesh;

import java.util.concurrent.TimeUnit;

/// When a call that is slow to be answered is made a second time, at another endpoint (Dean and Barroso, "The Tail at
/// Scale", 2013).
///
/// @param percentile of the backend's recent times to the first byte: calls that take longer are hedged. 50 to 99
/// @param minDelayNs what is waited at least; 1 ms to 1 min
public record Hedging(int percentile, long minDelayNs) {
    private static final long DELAY_MIN_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long DELAY_MAX_NS = TimeUnit.MINUTES.toNanos(1);

    public Hedging {
        if (percentile < 50 || percentile > 99) {
            throw new IllegalArgumentException("percentile must be 50 to 99: " + percentile);
        }
        if (minDelayNs < DELAY_MIN_NS || minDelayNs > DELAY_MAX_NS) {
            throw new IllegalArgumentException(
                    "minDelayNs must be " + DELAY_MIN_NS + " to " + DELAY_MAX_NS + ": " + minDelayNs);
        }
    }
}
