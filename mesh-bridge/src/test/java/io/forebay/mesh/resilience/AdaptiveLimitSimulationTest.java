package io.forebay.mesh.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.AdaptiveConcurrency;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendResource;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server of a known capacity in virtual time, more calls than it can bear, and the limit between the two.
class AdaptiveLimitSimulationTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final AdaptiveConcurrency SETTINGS =
            new AdaptiveConcurrency(3, 1_000, 100 * MS, 0.25, 60 * SECOND_NS);

    /// So many requests are worked on at a time, the others wait in their order; calls come at random moments.
    private static final class World {
        final ConcurrencyLimit limit = new ConcurrencyLimit(new BackendLimits(10_000, 10_000, 10_000, SETTINGS, null));
        final Random random;
        final PriorityQueue<Answer> answers = new PriorityQueue<>((a, b) -> Long.compare(a.atNs, b.atNs));
        private final PriorityQueue<Long> freeNs = new PriorityQueue<>();
        int workers;
        long serviceNs;
        double callsPerSecond;
        long nowNs;
        long nextCallNs;
        int made;
        int refused;

        record Answer(long atNs, long tookNs) {}

        World(long seed, int workers, long serviceNs, double callsPerSecond) {
            this.random = new Random(seed);
            this.serviceNs = serviceNs;
            this.callsPerSecond = callsPerSecond;
            workers(workers);
        }

        void workers(int count) {
            workers = count;
            while (freeNs.size() > count) {
                freeNs.poll();
            }
            while (freeNs.size() < count) {
                freeNs.add(nowNs);
            }
        }

        World run(long seconds) {
            made = 0;
            refused = 0;
            long endNs = nowNs + seconds * SECOND_NS;
            while (nowNs < endNs) {
                Answer next = answers.peek();
                if (next != null && next.atNs <= nextCallNs) {
                    answers.poll();
                    nowNs = next.atNs;
                    limit.answered(nowNs, next.tookNs);
                    limit.release(BackendResource.REQUESTS);
                } else {
                    nowNs = nextCallNs;
                    nextCallNs += (long) (-Math.log(1 - random.nextDouble()) * SECOND_NS / callsPerSecond);
                    call();
                }
            }
            return this;
        }

        private void call() {
            if (limit.admit(nowNs, random.nextLong()) != ConcurrencyLimit.Admission.ADMITTED) {
                refused++;
                return;
            }
            made++;
            long beginNs = Math.max(nowNs, freeNs.poll());
            long endNs = beginNs + (long) (serviceNs * (0.9 + 0.2 * random.nextDouble()));
            freeNs.add(endNs);
            answers.add(new Answer(endNs, endNs - nowNs));
        }

        int limit() {
            return limit.requestsMax();
        }

        /// Whether the server is as good as fully used, and the limit not far above what it works on at a time.
        void isNear(int capacity) {
            assertThat(limit())
                    .isBetween((int) (capacity * 0.9), (int) (capacity * 1.25 + 3 * Math.sqrt(capacity) + 2));
        }

        /// How much of what the server can do in this time it has done.
        double use(long seconds) {
            return made * (double) serviceNs / SECOND_NS / workers / seconds;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 100, 300})
    void limitComesNearTheCapacity(int workers) {
        World world = new World(workers, workers, 50 * MS, 3.0 * workers * 20);
        world.run(30).isNear(workers);
        world.run(200).isNear(workers);
        assertThat(world.use(200)).isGreaterThan(0.9);
        assertThat(world.refused).isGreaterThan(world.made);
    }

    @Test
    void slowerAnswersAreLearntAndForgottenWhenTheServerIsWell() {
        World world = new World(1, 50, 20 * MS, 10_000);
        world.run(30).isNear(50);
        world.serviceNs = 100 * MS;
        world.run(60).isNear(50);
        world.serviceNs = 20 * MS;
        world.run(30).isNear(50);
        assertThat(world.run(60).use(60)).isGreaterThan(0.9);
    }

    @Test
    void lostWorkersLowerTheLimitAndTheirReturnRaisesIt() {
        World world = new World(2, 100, 50 * MS, 10_000);
        world.run(30).isNear(100);
        world.workers(25);
        world.run(60).isNear(25);
        world.workers(100);
        world.run(60).isNear(100);
    }

    @Test
    void callsThatFitAreNeverRefused() {
        World world = new World(4, 100, 50 * MS, 600);
        world.run(10);
        world.run(300);
        assertThat(world.refused).isZero();
        assertThat(world.limit()).isLessThan(200);
    }

    @Test
    void limitStaysWithinItsBounds() {
        GradientLimit limit = new GradientLimit(new AdaptiveConcurrency(5, 40, 100 * MS, 0.25, 60 * SECOND_NS));
        for (int i = 0; i < 10_000; i++) {
            limit.onSample(i * MS * 10, 10 * MS, 40);
            assertThat(limit.limit()).isBetween(5, 40);
        }
        for (int i = 10_000; i < 20_000; i++) {
            limit.onSample(i * MS * 10, (long) i * i * MS, 5);
            assertThat(limit.limit()).isBetween(5, 40);
        }
    }

    @Test
    void numberOfThePolicyStaysAbove() {
        ConcurrencyLimit limit = new ConcurrencyLimit(new BackendLimits(10, 10, 2, SETTINGS, null));
        assertThat(limit.requestsMax()).isEqualTo(2);
        assertThat(limit.admit(0, 0)).isEqualTo(ConcurrencyLimit.Admission.ADMITTED);
        assertThat(limit.admit(0, 0)).isEqualTo(ConcurrencyLimit.Admission.ADMITTED);
        assertThat(limit.admit(0, 0)).isEqualTo(ConcurrencyLimit.Admission.REQUESTS_LIMIT);
        limit.adjust(new BackendLimits(10, 10, 100, SETTINGS, null));
        for (int i = 2; i < GradientLimit.FIRST; i++) {
            assertThat(limit.admit(0, 0)).isEqualTo(ConcurrencyLimit.Admission.ADMITTED);
        }
        assertThat(limit.admit(0, 0)).isEqualTo(ConcurrencyLimit.Admission.ADAPTIVE_LIMIT);
    }
}
