package io.forebay.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.access.QueuePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LateQueuesTest {
    private static final String QUEUE = "default/reports";
    private static final long PROMISED_MS = 5_000;
    private static final long NOW_MS = 1_000_000;

    private final Logger log = Logger.getLogger(LateQueues.class.getName());
    private final List<String> told = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            told.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private long oldestMs;
    private String queue = QUEUE;
    private final LateQueues late = new LateQueues(() -> Map.of(queue, stats()), LateQueuesTest::policy);

    private static PolicySnapshot policy() {
        QueuePolicy promising = new QueuePolicy(
                QUEUE,
                null,
                1,
                null,
                1_000,
                QueuePolicy.Retry.DEFAULT,
                new QueuePolicy.Limits(1, 1, 1, 1, PROMISED_MS),
                QueuePolicy.Retention.DEFAULT,
                false,
                1_000,
                QueuePermissions.NONE,
                null,
                QueuePolicy.Tenants.DEFAULT,
                null,
                QueuePolicy.PartialResults.AUTO,
                null);
        return new PolicySnapshot(1, "", List.of(), List.of(), List.of(), List.of(promising), List.of());
    }

    private QueueStats stats() {
        return new QueueStats(
                queue,
                QueueSettings.DEFAULT,
                null,
                null,
                false,
                0,
                7,
                0,
                0,
                0,
                oldestMs,
                0,
                null,
                0,
                new QueueStats.Totals(0, 0, 0, 0, 0, 0, 0));
    }

    @BeforeEach
    void listen() {
        log.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        log.removeHandler(handler);
    }

    @Test
    void aQueueIsLateOnceItsOldestJobWaitsLongerThanPromised() {
        assertThat(late.count(NOW_MS)).as("nothing waits").isZero();
        oldestMs = NOW_MS - PROMISED_MS;
        assertThat(late.count(NOW_MS)).isZero();
        assertThat(late.count(NOW_MS + 1)).isOne();
    }

    @Test
    void aQueueThatThePolicyDoesNotNamePromisesNothing() {
        queue = "default/orphaned";
        oldestMs = 1;
        assertThat(late.count(NOW_MS)).isZero();
        late.look(NOW_MS);
        assertThat(told).isEmpty();
    }

    @Test
    void operatorsAreToldOnceOfEachBeginAndEnd() {
        oldestMs = NOW_MS - PROMISED_MS - 1_000;
        late.look(NOW_MS);
        late.look(NOW_MS + 250);
        assertThat(told).singleElement().asString().contains("queue-late");
        oldestMs = 0;
        late.look(NOW_MS + 500);
        oldestMs = NOW_MS - PROMISED_MS;
        late.look(NOW_MS + 1_000);
        assertThat(told).as("late again before it has settled").hasSize(1);
        oldestMs = 0;
        late.look(NOW_MS + 1_000 + LateQueues.SETTLED_MS);
        assertThat(told).hasSize(2).last().asString().contains("queue-on-time");
        oldestMs = NOW_MS;
        late.look(NOW_MS + 1_000 + 2 * LateQueues.SETTLED_MS);
        assertThat(told).hasSize(3).last().asString().contains("queue-late");
    }
}
