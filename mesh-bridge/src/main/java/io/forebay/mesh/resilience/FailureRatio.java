package io.forebay.mesh.resilience;

import java.util.concurrent.atomic.AtomicInteger;

/// How many of an endpoint's calls within a window have failed. Shared by all loops; where two of them end a
/// window at once a call may be lost, which a share does not notice.
final class FailureRatio {
    /// With fewer calls in the window nothing is said, as in Envoy's outlier detection.
    static final int CALLS_MIN = 50;

    private final int percentMax;
    private final long windowNs;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile long windowSinceNs;

    /// @param percentMax of the calls that fail, from which on it is exceeded
    FailureRatio(int percentMax, long windowNs, long nowNs) {
        this.percentMax = percentMax;
        this.windowNs = windowNs;
        this.windowSinceNs = nowNs;
    }

    /// Whether it counts what these settings ask for.
    boolean isOf(BreakerSettings settings) {
        return percentMax == settings.failurePercent() && windowNs == settings.forgetNs();
    }

    void onSuccess(long nowNs) {
        move(nowNs);
        calls.incrementAndGet();
    }

    /// Counts a failure.
    ///
    /// @return whether there are too many
    boolean onFailure(long nowNs) {
        move(nowNs);
        int failed = failures.incrementAndGet();
        int all = calls.incrementAndGet();
        return all >= CALLS_MIN && failed * 100L >= (long) percentMax * all;
    }

    /// Begins anew.
    void clear(long nowNs) {
        windowSinceNs = nowNs;
        calls.set(0);
        failures.set(0);
    }

    private void move(long nowNs) {
        if (nowNs - windowSinceNs >= windowNs) {
            clear(nowNs);
        }
    }
}
