package io.forebay.main.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.worker.LateQueues;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.policy.PolicySnapshot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class QueueMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<String, QueueStats> queues = new ConcurrentHashMap<>();
    private final QueueMeters meters =
            new QueueMeters(registry, () -> queues, new LateQueues(() -> queues, PolicySnapshot::empty));

    private void add(String queue, long oldestReadyMs) {
        queues.put(
                queue,
                new QueueStats(
                        queue,
                        QueueSettings.DEFAULT,
                        null,
                        null,
                        false,
                        1,
                        2,
                        3,
                        4,
                        0,
                        oldestReadyMs,
                        0,
                        null,
                        0,
                        new QueueStats.Totals(10, 9, 8, 7, 6, 5, 4)));
    }

    private double jobs(String queue, String state) {
        return registry.get("forebay.queue.jobs")
                .tags("queue", queue, "state", state)
                .gauge()
                .value();
    }

    private int named() {
        return registry.find("forebay.queue.late").gauges().size();
    }

    @Test
    void figuresAreThoseOfTheQueue() {
        add("n/a", System.currentTimeMillis() - 5_000);
        meters.refresh();

        assertThat(jobs("n/a", "scheduled")).isEqualTo(1);
        assertThat(jobs("n/a", "queued")).isEqualTo(2);
        assertThat(jobs("n/a", "running")).isEqualTo(3);
        assertThat(jobs("n/a", "dead")).isEqualTo(4);
        assertThat(registry.get("forebay.queue.changes")
                        .tags("queue", "n/a", "change", "succeeded")
                        .functionCounter()
                        .count())
                .isEqualTo(7);
        assertThat(registry.get("forebay.queue.wait.seconds").gauge().value()).isBetween(5.0, 60.0);
        assertThat(registry.get("forebay.queue.depth.max").gauge().value())
                .isEqualTo((double) QueueSettings.DEFAULT.limits().depthMax());
    }

    @Test
    void nothingWaitsWhereNoJobMayRun() {
        add("n/a", 0);
        meters.refresh();

        assertThat(registry.get("forebay.queue.wait.seconds").gauge().value()).isZero();
    }

    @Test
    void beyondTheBoundQueuesHaveNoSeriesUntilAnotherIsGone() {
        for (int i = 0; i <= QueueMeters.QUEUES_MAX; i++) {
            add("n/" + (1_000 + i), 0);
        }
        meters.refresh();
        assertThat(named()).isEqualTo(QueueMeters.QUEUES_MAX);
        String late = "n/" + (1_000 + QueueMeters.QUEUES_MAX);
        assertThat(registry.find("forebay.queue.late").tag("queue", late).gauges())
                .isEmpty();

        queues.remove("n/1000");
        meters.refresh();
        assertThat(named()).isEqualTo(QueueMeters.QUEUES_MAX);
        assertThat(registry.find("forebay.queue.late").tag("queue", late).gauges())
                .hasSize(1);
        assertThat(registry.find("forebay.queue.late").tag("queue", "n/1000").gauges())
                .isEmpty();
    }
}
