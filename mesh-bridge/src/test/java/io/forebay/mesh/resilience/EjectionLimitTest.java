package io.forebay.mesh.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.resilience.CircuitBreaker.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EjectionLimitTest {
    private static final long OPEN_NS = 1_000_000;
    private static final BreakerSettings SETTINGS = new BreakerSettings(2, OPEN_NS, 0, OPEN_NS);

    private static List<CircuitBreaker> breakers(int count) {
        List<CircuitBreaker> breakers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            breakers.add(new CircuitBreaker(SETTINGS, 0));
        }
        return List.copyOf(breakers);
    }

    private static boolean fail(CircuitBreaker breaker, EjectionLimit limit, long nowNs) {
        return breaker.onFailure(breaker.tryAcquire(nowNs), nowNs, 0, limit);
    }

    @Test
    void oneMoreThanAllowedStaysInUntilAnotherIsBack() {
        List<CircuitBreaker> breakers = breakers(2);
        EjectionLimit limit = new EjectionLimit(breakers, 1);
        CircuitBreaker first = breakers.getFirst();
        CircuitBreaker second = breakers.getLast();
        fail(first, limit, 0);
        assertThat(fail(first, limit, 0)).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(fail(second, limit, 0)).isFalse();
        }
        assertThat(second.phase()).isEqualTo(Phase.CLOSED);
        long due = 2 * OPEN_NS;
        first.onSuccess(first.tryAcquire(due), due);
        assertThat(fail(second, limit, due)).isTrue();
    }

    @Test
    void aProbeThatFailsKeepsItsEndpointOut() {
        List<CircuitBreaker> breakers = breakers(2);
        EjectionLimit limit = new EjectionLimit(breakers, 1);
        CircuitBreaker first = breakers.getFirst();
        fail(first, limit, 0);
        fail(first, limit, 0);
        assertThat(fail(first, limit, 2 * OPEN_NS)).isTrue();
        assertThat(first.phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void aLimitOfNoneEjectsNobody() {
        List<CircuitBreaker> breakers = breakers(1);
        EjectionLimit limit = new EjectionLimit(breakers, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(fail(breakers.getFirst(), limit, 0)).isFalse();
        }
        assertThat(breakers.getFirst().phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void aSuccessStartsTheCountAgainAlsoWhereThereWasNoRoom() {
        List<CircuitBreaker> breakers = breakers(2);
        EjectionLimit limit = new EjectionLimit(breakers, 1);
        fail(breakers.getFirst(), limit, 0);
        fail(breakers.getFirst(), limit, 0);
        CircuitBreaker second = breakers.getLast();
        fail(second, limit, 0);
        fail(second, limit, 0);
        second.onSuccess(second.tryAcquire(0), 0);
        long due = 2 * OPEN_NS;
        breakers.getFirst().onSuccess(breakers.getFirst().tryAcquire(due), due);
        assertThat(fail(second, limit, due)).isFalse();
        assertThat(fail(second, limit, due)).isTrue();
    }

    @Test
    void loopsThatEjectAtOnceNeverLeaveTooManyOut() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            List<CircuitBreaker> breakers = breakers(8);
            EjectionLimit limit = new EjectionLimit(breakers, 3);
            AtomicInteger next = new AtomicInteger();
            Together.run(8, () -> {
                CircuitBreaker own = breakers.get(next.getAndIncrement());
                fail(own, limit, 0);
                fail(own, limit, 0);
            });
            long out = breakers.stream()
                    .filter(breaker -> breaker.phase() != Phase.CLOSED)
                    .count();
            assertThat(out).isLessThanOrEqualTo(3);
        }
    }
}
