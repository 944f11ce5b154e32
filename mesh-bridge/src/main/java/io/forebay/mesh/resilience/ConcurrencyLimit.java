package io.forebay.mesh.resilience;

import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendResource;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// Counts the connections, waiting requests, active requests and retries of one backend over all loops, and refuses
/// beyond the limits. Retries have a budget instead of a number: a share of the active requests, so that they cannot
/// make an outage worse. What was acquired is released exactly once, on whichever loop. A lowered limit lets what
/// runs finish and admits nothing until the count is below it.
public final class ConcurrencyLimit {
    /// Retries among the active requests.
    private static final double RETRIES_SHARE_MAX = 0.2;
    private static final int RETRIES_ALWAYS = 3;

    /// One cache line apart: loops change the counts at different moments.
    private static final int STRIDE = 16;

    private final AtomicIntegerArray inUse = new AtomicIntegerArray(4 * STRIDE);
    private volatile BackendLimits limits;

    public ConcurrencyLimit(BackendLimits limits) {
        this.limits = limits;
    }

    /// Whether one more was admitted; if so, [#release] it once.
    public boolean tryAcquire(BackendResource resource) {
        int max = max(resource);
        int slot = slot(resource);
        int seen = inUse.get(slot);
        while (seen < max) {
            int witness = inUse.compareAndExchange(slot, seen, seen + 1);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    /// Gives back one that was acquired.
    ///
    /// @throws IllegalStateException if nothing of this kind is acquired
    public void release(BackendResource resource) {
        int slot = slot(resource);
        if (inUse.getAndDecrement(slot) <= 0) {
            inUse.getAndIncrement(slot);
            throw new IllegalStateException("released more " + resource.word() + " than were acquired");
        }
    }

    public int inUse(BackendResource resource) {
        return inUse.get(slot(resource));
    }

    public BackendLimits limits() {
        return limits;
    }

    /// Called by whoever publishes a policy; the next [#tryAcquire] of any loop sees it.
    public void adjust(BackendLimits changed) {
        limits = changed;
    }

    private int max(BackendResource resource) {
        BackendLimits now = limits;
        return switch (resource) {
            case CONNECTIONS -> now.connectionsMax();
            case PENDING -> now.pendingMax();
            case REQUESTS -> now.requestsMax();
            case RETRIES -> Math.max(RETRIES_ALWAYS, (int) (inUse(BackendResource.REQUESTS) * RETRIES_SHARE_MAX));
        };
    }

    private static int slot(BackendResource resource) {
        return switch (resource) {
            case CONNECTIONS -> 0;
            case PENDING -> STRIDE;
            case REQUESTS -> 2 * STRIDE;
            case RETRIES -> 3 * STRIDE;
        };
    }
}
