package io.forebay.gateway.offload;

import io.forebay.offload.JobReader;
import io.forebay.offload.QueueStats;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How fast each queue is worked off, measured from the store's own totals, to tell a caller when a poll is worth it.
/// Any thread.
final class DrainMeter {
    static final int SECONDS_MAX = 60;
    private static final long SAMPLE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final double NEW_SHARE = 0.3;

    private final JobReader reader;
    private final ConcurrentHashMap<String, Sample> samples = new ConcurrentHashMap<>();

    DrainMeter(JobReader reader) {
        this.reader = reader;
    }

    private record Sample(long atNs, long finished, double perSecond) {}

    /// Seconds until a job with `ahead` jobs before it may be done, 1 to 60. A queue that was never seen to finish a
    /// job counts as one job a second for each of its concurrent attempts.
    int retryAfterSeconds(String queue, long ahead, long nowNs) {
        QueueStats stats = reader.queues().get(queue);
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
        if (last == null) {
            return new Sample(nowNs, finished, 0);
        }
        long passedNs = nowNs - last.atNs;
        if (passedNs < SAMPLE_NS) {
            return last;
        }
        double rate = (finished - last.finished) * 1e9 / passedNs;
        double smoothed = last.perSecond == 0 ? rate : last.perSecond * (1 - NEW_SHARE) + rate * NEW_SHARE;
        return new Sample(nowNs, finished, smoothed);
    }
}
