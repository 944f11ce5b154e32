package io.forebay.mesh.resilience;

import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendResource;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// Counts the connections, waiting requests and active requests of one backend over all loops, and refuses beyond the
/// limits. What was acquired is released exactly once, on whichever loop. A lowered limit lets what runs finish and
/// admits nothing until the count is below it.
public final class ConcurrencyLimit {
    /// One cache line apart: loops change the three counts at different moments.
    private static final int STRIDE = 16;

    private final AtomicIntegerArray inUse = new AtomicIntegerArray(3 * STRIDE);
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
        };
    }

    private static int slot(BackendResource resource) {
        return switch (resource) {
            case CONNECTIONS -> 0;
            case PENDING -> STRIDE;
            case REQUESTS -> 2 * STRIDE;
        };
    }
}
