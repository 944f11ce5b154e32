package io.forebay.gateway.proxy;

import java.util.concurrent.TimeUnit;

/// When connections are opened that no call waits for: at once while that works, else after a second, and each time
/// twice as long, up to half a minute. Pure but for its counts; owned by one loop.
final class Preconnects {
    static final long BACKOFF_MIN_NS = TimeUnit.SECONDS.toNanos(1);
    static final long STABLE_NS = TimeUnit.SECONDS.toNanos(1);
    static final long BACKOFF_MAX_NS = TimeUnit.SECONDS.toNanos(32);

    private long dueNs;
    private long backoffNs;

    /// Whether some may be opened now.
    boolean isDue(long nowNs) {
        return backoffNs == 0 || nowNs - dueNs >= 0;
    }

    /// As many stand as there are to be. Only those that have stood for a while are a success: some are accepted and
    /// closed at once.
    void stand(long nowNs) {
        if (backoffNs > 0 && nowNs - dueNs >= STABLE_NS) {
            backoffNs = 0;
        }
    }

    /// One could not be opened, or was closed before it had stood for [#STABLE_NS]. Of many at a time the first counts.
    ///
    /// @param random makes it up to a tenth later, so that loops and gateways do not ask in step
    void failed(long nowNs, long random) {
        if (!isDue(nowNs)) {
            return;
        }
        backoffNs = backoffNs == 0 ? BACKOFF_MIN_NS : Math.min(backoffNs * 2, BACKOFF_MAX_NS);
        dueNs = nowNs + backoffNs + Long.remainderUnsigned(random, backoffNs / 10 + 1);
    }
}
