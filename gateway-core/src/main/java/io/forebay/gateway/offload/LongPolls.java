package io.forebay.gateway.offload;

import io.forebay.offload.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients that wait for a job to change. They hold no thread: a change posts to the loop of each. Any thread.
public final class LongPolls {
    private final int waitingMax;
    private final AtomicInteger waiting = new AtomicInteger();
    private final ConcurrentHashMap<JobId, List<Runnable>> byJob = new ConcurrentHashMap<>();
    private volatile boolean isDraining;

    LongPolls(int waitingMax) {
        this.waitingMax = waitingMax;
    }

    /// Waits for the next change of the job.
    ///
    /// @param wake posts to the waiter's loop and returns at once
    /// @return false when too many wait already, or nobody is to wait any more
    boolean add(JobId job, Runnable wake) {
        if (isDraining) {
            return false;
        }
        if (waiting.incrementAndGet() > waitingMax) {
            waiting.decrementAndGet();
            return false;
        }
        byJob.compute(job, (id, waiters) -> {
            List<Runnable> more = waiters == null ? new ArrayList<>(1) : waiters;
            more.add(wake);
            return more;
        });
        if (isDraining) {
            // The others may have been woken before this one was there.
            changed(job);
        }
        return true;
    }

    /// The waiter does not wait any more.
    void remove(JobId job, Runnable wake) {
        byJob.computeIfPresent(job, (id, waiters) -> {
            if (waiters.remove(wake)) {
                waiting.decrementAndGet();
            }
            return waiters.isEmpty() ? null : waiters;
        });
    }

    /// The job has changed; called on `store-writer` after the commit.
    void changed(JobId job) {
        if (byJob.isEmpty()) {
            return;
        }
        List<Runnable> waiters = byJob.remove(job);
        if (waiters != null) {
            waiting.addAndGet(-waiters.size());
            waiters.forEach(Runnable::run);
        }
    }

    /// Wakes everybody and lets nobody wait any more, so that each is told what there is.
    public void drain() {
        isDraining = true;
        byJob.keySet().forEach(this::changed);
    }

    /// How many wait.
    public int count() {
        return waiting.get();
    }
}
