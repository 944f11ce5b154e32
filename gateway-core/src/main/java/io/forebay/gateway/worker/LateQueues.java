package io.forebay.gateway.worker;

import io.forebay.offload.QueueStats;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Queues whose oldest job has waited longer than the queue's `limits.maxWait`. A new job is refused by an estimate
/// before that; what was accepted is late although no caller sees an error, so operators are told.
///
/// [#look] belongs to one thread; the rest may be asked by any.
public final class LateQueues {
    private static final Logger LOG = System.getLogger(LateQueues.class.getName());

    /// A queue that was on time for so long is on time again, so that one about its limit is not told of at each job.
    static final long SETTLED_MS = 60_000;

    private final Supplier<Map<String, QueueStats>> queues;
    private final Supplier<PolicySnapshot> policy;
    /// When it was last late, by the queues that operators were told of.
    private final Map<String, Long> told = new HashMap<>();

    public LateQueues(Supplier<Map<String, QueueStats>> queues, Supplier<PolicySnapshot> policy) {
        this.queues = queues;
        this.policy = policy;
    }

    /// The longest wait that the queue promises, milliseconds; `Long.MAX_VALUE` for one that the policy does not name.
    public long promisedMs(String queue) {
        QueuePolicy named = policy.get().queue(queue);
        return named == null ? Long.MAX_VALUE : named.limits().maxWaitMs();
    }

    /// How long the oldest job that may run waits by now, milliseconds, 0 if none does.
    static long oldestMs(QueueStats stats, long nowMs) {
        return stats.oldestReadyMs() == 0 ? 0 : Math.max(0, nowMs - stats.oldestReadyMs());
    }

    /// Says once when a queue begins to be late, and once when it no longer is.
    public void look(long nowMs) {
        Map<String, QueueStats> all = queues.get();
        all.values().forEach(stats -> look(stats, nowMs));
        told.keySet().removeIf(queue -> isOver(all.keySet(), queue, nowMs));
    }

    private void look(QueueStats stats, long nowMs) {
        long waitsMs = oldestMs(stats, nowMs);
        long promisedMs = promisedMs(stats.queue());
        if (waitsMs <= promisedMs) {
            return;
        }
        if (told.put(stats.queue(), nowMs) == null) {
            LOG.log(
                    Level.WARNING,
                    "queue-late: the oldest job of queue {0} waits {1} s, its maxWait is {2} s; {3} wait",
                    stats.queue(),
                    Long.toString(waitsMs / 1_000),
                    Long.toString(promisedMs / 1_000),
                    Long.toString(stats.queued()));
        }
    }

    private boolean isOver(Set<String> all, String queue, long nowMs) {
        boolean isOver = nowMs - told.getOrDefault(queue, 0L) >= SETTLED_MS || !all.contains(queue);
        if (isOver) {
            LOG.log(Level.INFO, "queue-on-time: queue {0} keeps its maxWait again", queue);
        }
        return isOver;
    }

    /// How many are late now.
    public long count(long nowMs) {
        return queues.get().values().stream()
                .filter(stats -> oldestMs(stats, nowMs) > promisedMs(stats.queue()))
                .count();
    }
}
