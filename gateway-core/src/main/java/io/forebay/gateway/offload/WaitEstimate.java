package io.forebay.gateway.offload;

import io.forebay.offload.Pause;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.offload.Submission;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How long a job is likely to wait: jobs before it, by how many a queue begins a second when it works at its
/// `concurrency` and attempts take as long as they lately did. A queue that has too few workers is slower than that, so
/// that nobody is refused for what is not certain; a backend that is down is not slow. Any thread.
final class WaitEstimate {
    private final Supplier<Map<String, QueueStats>> queues;

    WaitEstimate(Supplier<Map<String, QueueStats>> queues) {
        this.queues = queues;
    }

    /// How many jobs the queue begins within this time; [Submission#AHEAD_ANY] as long as no attempt has ended.
    long begunWithin(String queue, long ms) {
        double perMs = perMs(queues.get().get(queue));
        return perMs == 0 ? Submission.AHEAD_ANY : (long) Math.min(Long.MAX_VALUE, perMs * ms);
    }

    /// When a job with so many before it begins; 0 if nobody knows: no attempt has ended, or dispatch is paused
    /// without an end.
    long startMs(String queue, long ahead, long nowMs) {
        QueueStats stats = queues.get().get(queue);
        double perMs = perMs(stats);
        if (stats == null || perMs == 0) {
            return 0;
        }
        long beginMs = Math.max(nowMs, stats.gatedUntilMs());
        Pause pause = stats.dispatchPause();
        if (pause != null && pause.holds(nowMs)) {
            if (pause.untilMs() == 0) {
                return 0;
            }
            beginMs = Math.max(beginMs, pause.untilMs());
        }
        return beginMs + (long) (ahead / perMs);
    }

    /// Jobs a millisecond, 0 if nobody knows.
    private static double perMs(@Nullable QueueStats stats) {
        if (stats == null) {
            return 0;
        }
        QueueSettings.DispatchRate rate = stats.settings().dispatchRate();
        double atMost = rate == null ? Double.MAX_VALUE : (double) rate.jobs() / rate.periodMs();
        if (stats.attemptMs() == 0) {
            return rate == null ? 0 : atMost;
        }
        return Math.min(atMost, (double) stats.settings().concurrency() / stats.attemptMs());
    }
}
