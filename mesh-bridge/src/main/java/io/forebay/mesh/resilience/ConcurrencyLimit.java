package io.forebay.mesh.resilience;

import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendResource;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/// Counts the connections, waiting requests, active requests and retries of one backend over all loops, and
/// refuses beyond the limits. Retries have a budget instead of a number: a share of the active requests, so
/// that they cannot make an outage worse. What was acquired is released exactly once, on whichever loop. A
/// lowered limit lets what runs finish and admits nothing until the count is below it.
///
/// Where the policy asks for it, requests are also held to what the backend can bear, and to how many of them
/// succeed; what was found out of a backend stays as long as these settings do.
public final class ConcurrencyLimit {
    /// Retries among the active requests.
    private static final double RETRIES_SHARE_MAX = 0.2;
    private static final int RETRIES_ALWAYS = 3;

    /// One cache line apart: loops change the counts at different moments.
    private static final int STRIDE = 16;

    private final AtomicIntegerArray inUse = new AtomicIntegerArray(4 * STRIDE);
    private final ConnectionCounts connections = new ConnectionCounts();
    private volatile BackendLimits limits;
    private volatile @Nullable AdaptiveLimit adaptive;
    private volatile @Nullable SharedAdmission admission;

    public ConcurrencyLimit(BackendLimits limits) {
        this.limits = limits;
        follow(limits);
    }

    private void follow(BackendLimits asked) {
        AdaptiveLimit borne = adaptive;
        if (borne == null || !borne.settings().equals(asked.adaptive())) {
            adaptive = asked.adaptive() == null ? null : new AdaptiveLimit(asked.adaptive());
        }
        SharedAdmission guard = admission;
        if (guard == null || !guard.settings().equals(asked.admission())) {
            admission = asked.admission() == null ? null : new SharedAdmission(asked.admission());
        }
    }

    /// What is said to a request that wants to be made.
    public enum Admission {
        /// It counts as one of [BackendResource#REQUESTS] until it is released.
        ADMITTED,
        /// The number of the policy is reached.
        REQUESTS_LIMIT,
        /// The number that the backend can bear is reached.
        ADAPTIVE_LIMIT,
        /// Too many of the last have failed.
        REFUSED
    }

    /// Lets a request to the backend through, or not. What is [Admission#ADMITTED] is released once.
    ///
    /// @param random any number
    public Admission admit(long nowNs, long random) {
        SharedAdmission guard = admission;
        if (guard != null && !guard.admits(nowNs, random)) {
            return Admission.REFUSED;
        }
        AdaptiveLimit borne = adaptive;
        int max = limits.requestsMax();
        if (borne == null) {
            return tryAcquire(BackendResource.REQUESTS, max) ? Admission.ADMITTED : Admission.REQUESTS_LIMIT;
        }
        int limit = borne.limit();
        if (tryAcquire(BackendResource.REQUESTS, Math.min(limit, max))) {
            return Admission.ADMITTED;
        }
        return limit < max ? Admission.ADAPTIVE_LIMIT : Admission.REQUESTS_LIMIT;
    }

    /// The answer to a request has begun, with a status below 500, or has not come in its time.
    ///
    /// @param tookNs since the whole request was sent
    public void answered(long nowNs, long tookNs) {
        AdaptiveLimit borne = adaptive;
        if (borne != null) {
            borne.answered(nowNs, tookNs, inUse(BackendResource.REQUESTS));
        }
    }

    /// A request has ended in a way that tells of the backend.
    ///
    /// @param isSuccess whether it was answered with a status below 500
    public void ended(long nowNs, boolean isSuccess) {
        SharedAdmission guard = admission;
        if (guard != null) {
            guard.ended(nowNs, isSuccess);
        }
    }

    /// The number of requests that the backend can bear just now; where nobody finds that out, the policy's.
    public int requestsMax() {
        AdaptiveLimit borne = adaptive;
        int max = limits.requestsMax();
        return borne == null ? max : Math.min(max, borne.limit());
    }

    /// What is counted of connections that calls share.
    public ConnectionCounts connections() {
        return connections;
    }

    /// Whether one more was admitted; if so, [#release] it once.
    public boolean tryAcquire(BackendResource resource) {
        return tryAcquire(resource, max(resource));
    }

    private boolean tryAcquire(BackendResource resource, int max) {
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
        follow(changed);
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
