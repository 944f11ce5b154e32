package io.forebay.gateway.proxy;

import java.util.concurrent.TimeUnit;

/// When connections are opened that no call waits for: at once while that works, else after a second, and each time
/// twice as long, up to half a minute. Pure but for its counts; owned by one loop.
final class Preconnects {
    static final long BACKOFF_MIN_NS = TimeUnit.SECONDS.toNanos(1);
    static final long BACKOFF_MAX_NS = TimeUnit.SECONDS.toNanos(32);

    private long dueNs;
    private long backoffNs;

    /// Whether some may be opened now.
    boolean isDue(long nowNs) {
        return backoffNs == 0 || nowNs - dueNs >= 0;
    }

    /// A connection to the endpoint stands, whoever has asked for it.
    void succeeded() {
        backoffNs = 0;
    }

    /// One could not be opened.
    ///
    /// @param random makes it up to a tenth later, so that loops and gateways do not ask in step
    void failed(long nowNs, long random) {
        backoffNs = backoffNs == 0 ? BACKOFF_MIN_NS : Math.min(backoffNs * 2, BACKOFF_MAX_NS);
        dueNs = nowNs + backoffNs + Long.remainderUnsigned(random, backoffNs / 10 + 1);
    }
}
