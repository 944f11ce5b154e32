package io.forebay.gateway.offload;

import io.forebay.offload.Job;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobState;
import io.forebay.offload.QueueStats;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How fast each queue is worked off, measured from the store's own totals, to tell a caller when a poll is worth it.
///
/// A rate is taken only between two looks that both found the queue at work: a queue without jobs finishes none, and
/// is not slow for that. Any thread.
public final class DrainMeter {
    static final int SECONDS_MAX = 60;
    private static final long SAMPLE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final double NEW_SHARE = 0.3;

    private final Supplier<Map<String, QueueStats>> queues;
    private final ConcurrentHashMap<String, Sample> samples = new ConcurrentHashMap<>();

    DrainMeter(JobReader reader) {
        this(reader::queues);
    }

    DrainMeter(Supplier<Map<String, QueueStats>> queues) {
        this.queues = queues;
    }

    private record Sample(long atNs, long finished, boolean isBusy, double perSecond) {}

    /// Seconds until an unfinished job is worth another look.
    ///
    /// @param position jobs before it if it waits; anything negative when that is not known
    int retryAfterSeconds(Job job, int position, long nowMs, long nowNs) {
        long delayMs = job.times().nextAttemptMs() - nowMs;
        if (delayMs > 0) {
            return Math.clamp(Math.ceilDiv(delayMs, 1000), 1, SECONDS_MAX);
        }
        return job.state() == JobState.QUEUED ? retryAfterSeconds(job.queue(), Math.max(0, position) + 1L, nowNs) : 1;
    }

    /// Seconds until a job with `ahead` jobs before it, itself counted, may be done, 1 to 60. A queue that was never
    /// seen to finish a job counts as one job a second for each of its concurrent attempts.
    int retryAfterSeconds(String queue, long ahead, long nowNs) {
        QueueStats stats = queues.get().get(queue);
        if (stats == null) {
            return 1;
        }
        Sample sample = samples.compute(queue, (name, last) -> next(stats, last, nowNs));
        double perSecond =
                sample.perSecond > 0 ? sample.perSecond : stats.settings().concurrency();
        return (int) Math.clamp(Math.ceil(ahead / perSecond), 1, SECONDS_MAX);
    }

    private static Sample next(QueueStats stats, @Nullable Sample last, long nowNs) {
        QueueStats.Totals totals = stats.totals();
        long finished = totals.succeeded() + totals.failed() + totals.canceled() + totals.expired();
        boolean isBusy = stats.waiting() + stats.running() > 0;
        if (last == null) {
            return new Sample(nowNs, finished, isBusy, 0);
        }
        long passedNs = nowNs - last.atNs;
        if (passedNs < SAMPLE_NS) {
            return last;
        }
        if (!isBusy || !last.isBusy) {
            return new Sample(nowNs, finished, isBusy, last.perSecond);
        }
        double rate = (finished - last.finished) * 1e9 / passedNs;
        double smoothed = last.perSecond == 0 ? rate : last.perSecond * (1 - NEW_SHARE) + rate * NEW_SHARE;
        return new Sample(nowNs, finished, isBusy, smoothed);
    }
}
