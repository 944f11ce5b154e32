package io.forebay.gateway.offload;

import io.forebay.offload.JobId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Of which queues the jobs are that were leased to workers last, so that a report about one need not read the job
/// first. Holds the newest 16,384 to twice as many; who is not among them is looked up in the store. Any thread.
final class LeasedJobs {
    private static final int GENERATION_MAX = 16_384;

    private volatile Map<JobId, String> newest = new ConcurrentHashMap<>();
    private volatile Map<JobId, String> before = new ConcurrentHashMap<>();

    void leased(JobId job, String queue) {
        newest.put(job, queue);
        if (newest.size() > GENERATION_MAX) {
            turn();
        }
    }

    private synchronized void turn() {
        if (newest.size() > GENERATION_MAX) {
            before = newest;
            newest = new ConcurrentHashMap<>();
        }
    }

    /// The queue that the job was leased from, if that is known.
    @Nullable
    String queueOf(JobId job) {
        String queue = newest.get(job);
        return queue == null ? before.get(job) : queue;
    }

    /// Nobody will report about the job any more.
    void ended(JobId job) {
        newest.remove(job);
        before.remove(job);
    }
}
