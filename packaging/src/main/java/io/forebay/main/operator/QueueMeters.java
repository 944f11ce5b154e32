package io.forebay.main.operator;

import io.forebay.gateway.worker.LateQueues;
import io.forebay.offload.QueueStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The meters of each queue, `forebay.queue.*`. At most [#QUEUES_MAX] queues have series, the first that come; a queue
/// that is gone takes its series along, and its place goes to another. All queues together are in [StoreMeters].
///
/// Followed by one thread at a time, when somebody scrapes.
final class QueueMeters {
    static final int QUEUES_MAX = 200;

    private final MeterRegistry registry;
    private final Supplier<Map<String, QueueStats>> queues;
    private final LateQueues late;
    private final Map<String, List<Meter>> bound = new HashMap<>();

    QueueMeters(MeterRegistry registry, Supplier<Map<String, QueueStats>> queues, LateQueues late) {
        this.registry = registry;
        this.queues = queues;
        this.late = late;
    }

    /// Follows the queues that there are.
    void refresh() {
        Set<String> present = new TreeSet<>(queues.get().keySet());
        bound.entrySet().removeIf(entry -> {
            boolean isGone = !present.contains(entry.getKey());
            if (isGone) {
                entry.getValue().forEach(registry::remove);
            }
            return isGone;
        });
        for (String queue : present) {
            if (bound.size() < QUEUES_MAX) {
                bound.computeIfAbsent(queue, this::bind);
            }
        }
    }

    private List<Meter> bind(String queue) {
        List<Meter> meters = new ArrayList<>();
        jobs(meters, queue, "scheduled", QueueStats::scheduled);
        jobs(meters, queue, "queued", QueueStats::queued);
        jobs(meters, queue, "running", QueueStats::running);
        jobs(meters, queue, "dead", QueueStats::deadLetters);
        changes(meters, queue, "submitted", QueueStats.Totals::submitted);
        changes(meters, queue, "leased", QueueStats.Totals::leased);
        changes(meters, queue, "retried", QueueStats.Totals::retried);
        changes(meters, queue, "succeeded", QueueStats.Totals::succeeded);
        changes(meters, queue, "failed", QueueStats.Totals::failed);
        changes(meters, queue, "canceled", QueueStats.Totals::canceled);
        changes(meters, queue, "expired", QueueStats.Totals::expired);
        Tags tags = Tags.of("queue", queue);
        gauge(
                meters,
                queue,
                "forebay.queue.depth.max",
                "Jobs that may be in a queue; beyond it callers get 503",
                tags,
                stats -> stats.settings().limits().depthMax());
        gauge(
                meters,
                queue,
                "forebay.queue.wait.seconds",
                "How long the oldest job of a queue waits that may run; 0 if none does",
                tags,
                QueueMeters::waitSeconds);
        gauge(
                meters,
                queue,
                "forebay.queue.late",
                "1 while the oldest job of a queue has waited longer than the queue's maxWait",
                tags,
                stats -> waitSeconds(stats) * 1e3 > late.promisedMs(queue) ? 1 : 0);
        gauge(
                meters,
                queue,
                "forebay.queue.paused",
                "1 while an operator has paused the dispatch of a queue",
                tags,
                stats -> isPaused(stats) ? 1 : 0);
        return meters;
    }

    private static double waitSeconds(QueueStats stats) {
        return stats.oldestReadyMs() == 0 ? 0 : Math.max(0, System.currentTimeMillis() - stats.oldestReadyMs()) / 1e3;
    }

    private static boolean isPaused(QueueStats stats) {
        return stats.dispatchPause() != null && stats.dispatchPause().holds(System.currentTimeMillis());
    }

    private void jobs(List<Meter> meters, String queue, String state, ToDoubleFunction<QueueStats> value) {
        gauge(
                meters,
                queue,
                "forebay.queue.jobs",
                "Jobs of a queue by state; dead: failed and not redriven",
                Tags.of("queue", queue, "state", state),
                value);
    }

    private void gauge(
            List<Meter> meters, String queue, String name, String help, Tags tags, ToDoubleFunction<QueueStats> value) {
        meters.add(Gauge.builder(name, this, _ -> of(queue, value))
                .tags(tags)
                .description(help)
                .register(registry));
    }

    private void changes(List<Meter> meters, String queue, String change, ToLongFunction<QueueStats.Totals> value) {
        meters.add(FunctionCounter.builder(
                        "forebay.queue.changes", this, _ -> of(queue, stats -> value.applyAsLong(stats.totals())))
                .tags("queue", queue, "change", change)
                .description("Jobs of a queue that came, began, were retried or ended, since the queue was made")
                .register(registry));
    }

    private double of(String queue, ToDoubleFunction<QueueStats> value) {
        @Nullable QueueStats stats = queues.get().get(queue);
        return stats == null ? 0 : value.applyAsDouble(stats);
    }
}
