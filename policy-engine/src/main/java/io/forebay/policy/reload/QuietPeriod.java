package io.forebay.policy.reload;

/// When to apply changes: once they have been quiet for a while, but no later than some time after the first. Pure
/// arithmetic over `nowNs`; one thread.
final class QuietPeriod {

    private final long quietNs;
    private final long settleMaxNs;
    private boolean isPending;
    private long firstNs;
    private long lastNs;

    QuietPeriod(long quietNs, long settleMaxNs) {
        this.quietNs = quietNs;
        this.settleMaxNs = settleMaxNs;
    }

    void changed(long nowNs) {
        if (!isPending) {
            isPending = true;
            firstNs = nowNs;
        }
        lastNs = nowNs;
    }

    /// Whether there is a change and it has settled.
    boolean isDue(long nowNs) {
        return isPending && waitNs(nowNs) <= 0;
    }

    /// Whether a change found unsettled when it was due can wait a little more.
    boolean mayWaitOn(long nowNs) {
        return nowNs - firstNs < settleMaxNs;
    }

    void applied() {
        isPending = false;
    }

    boolean isPending() {
        return isPending;
    }

    /// How long to wait for a pending change to settle; 0 or less: no longer.
    long waitNs(long nowNs) {
        return Math.min(quietNs - (nowNs - lastNs), settleMaxNs - (nowNs - firstNs));
    }
}
