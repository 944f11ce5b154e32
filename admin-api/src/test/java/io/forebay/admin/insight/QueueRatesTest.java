package io.forebay.admin.insight;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.admin.Deadline;
import io.forebay.admin.QueueAdmin;
import io.forebay.admin.QueueAdmin.Queue;
import io.forebay.admin.QueueAdmin.Totals;
import io.forebay.admin.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QueueRatesTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    /// Only notes that it was asked; the samples are given by hand.
    private static final class NotedQueues implements QueueAdmin {
        final CountDownLatch asked = new CountDownLatch(1);

        @Override
        public Reply<List<Queue>> queues() {
            asked.countDown();
            return Reply.done(List.of());
        }

        @Override
        public Reply<Queue> queue(String name) {
            return Reply.missing();
        }

        @Override
        public Reply<Queue> pause(String name, Side side, String reason, @Nullable Instant until) {
            return Reply.missing();
        }

        @Override
        public Reply<Queue> resume(String name, Side side) {
            return Reply.missing();
        }

        @Override
        public Reply<Long> operate(String name, Operation operation) {
            return Reply.missing();
        }

        @Override
        public Reply<Count> count(String name, Operation operation) {
            return Reply.missing();
        }

        @Override
        public Reply<Long> stopOperation(String name) {
            return Reply.missing();
        }
    }

    private final NotedQueues port = new NotedQueues();
    private final QueueRates rates = new QueueRates(port, new Deadline(Duration.ofSeconds(5)));

    private static Queue queue(String name, long submitted, long succeeded) {
        Totals totals = new Totals(submitted, succeeded, 0, succeeded, 0, 0, 0);
        return new Queue(name, null, null, false, 1, 1, 0, 0, 0, 0, 0, null, null, null, null, totals);
    }

    @Test
    void oneSampleIsNoRate() {
        rates.add(0, List.of(queue("q", 10, 5)));
        assertThat(rates.of("q")).isNull();
        assertThat(rates.of("other")).isNull();
    }

    @Test
    void ratesAreTheChangeOverTheTime() {
        rates.add(0, List.of(queue("q", 10, 5)));
        rates.add(5 * SECOND_NS, List.of(queue("q", 60, 15)));
        assertThat(rates.of("q")).isEqualTo(new Rates(10, 2, 2, 0));
    }

    @Test
    void onlyTheLastMinuteCounts() {
        long submitted = 0;
        for (int second = 0; second <= 300; second += 5) {
            submitted += second <= 240 ? 1_000 : 5;
            rates.add(second * SECOND_NS, List.of(queue("q", submitted, 0)));
        }
        assertThat(requireNonNull(rates.of("q")).submitted()).isEqualTo(1);
    }

    @Test
    void totalsThatFellCountAsNothing() {
        rates.add(0, List.of(queue("q", 10, 5)));
        rates.add(SECOND_NS, List.of(queue("q", 3, 0)));
        assertThat(rates.of("q")).isEqualTo(new Rates(0, 0, 0, 0));
    }

    @Test
    void samplesOfOneMomentAreNoRate() {
        rates.add(7, List.of(queue("q", 10, 5)));
        rates.add(7, List.of(queue("q", 11, 5)));
        assertThat(rates.of("q")).isNull();
    }

    @Test
    void aQueueThatLeftIsForgotten() {
        rates.add(0, List.of(queue("q", 10, 5)));
        rates.add(SECOND_NS, List.of());
        rates.add(2 * SECOND_NS, List.of(queue("q", 20, 5)));
        assertThat(rates.of("q")).isNull();
    }

    @Test
    void queuesBeyondTheBoundHaveNoRates() {
        List<Queue> many = new ArrayList<>();
        for (int i = 0; i <= QueueRates.QUEUES_MAX; i++) {
            many.add(queue("q" + i, 1, 1));
        }
        rates.add(0, many);
        rates.add(SECOND_NS, many);
        assertThat(rates.of("q0")).isNotNull();
        assertThat(rates.of("q" + QueueRates.QUEUES_MAX)).isNull();
    }

    @Test
    void theSamplerReadsAtOnce() throws InterruptedException {
        try (rates) {
            rates.start();
            assertThat(port.asked.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
