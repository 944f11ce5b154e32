package io.forebay.mesh.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.BreakerSettings;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Endpoints of a higher number stand by.
class PriorityTest {
    private static final long NOW_NS = 42;
    private static final HealthCheck.Active CHECK = new HealthCheck.Active(1, 1, 1, 1, new HealthCheck.Probe.Tcp());

    private final BackendGuard guard;
    private final LoopBackend loop;

    PriorityTest() {
        Backend backend = new Backend(
                new BackendId("n", "b"),
                List.of(
                        new Endpoint("late", 80, 1, 20),
                        new Endpoint("a", 80, 1, 10),
                        new Endpoint("b", 80, 1, 10),
                        new Endpoint("c", 80, 1, 10),
                        new Endpoint("none", 80, 0, 5)),
                BackendLimits.DEFAULT,
                LoadBalancer.of(Balance.ROUND_ROBIN),
                new HealthCheck(CHECK, null, 50));
        guard = BackendGuard.fresh(backend, BreakerSettings.DEFAULT, NOW_NS);
        loop = LoopBackend.of(guard);
    }

    private void down(int... places) {
        for (int place : places) {
            guard.healths().get(place).onProbe(false, CHECK, NOW_NS);
        }
    }

    private Set<String> used() {
        Set<String> hosts = new TreeSet<>();
        for (int call = 0; call < 20; call++) {
            LoopEndpoint chosen = requireNonNull(loop.pick(NOW_NS, call, 0));
            hosts.add(chosen.endpoint().host());
            chosen.succeeded(chosen.permit(), NOW_NS);
        }
        return hosts;
    }

    @Test
    void theLowestNumberTakesAllCalls() {
        assertThat(used()).containsExactly("a", "b", "c");
    }

    @Test
    void theNextTakesThemOnceTheFirstHasTooFewHealthyOnes() {
        down(1);
        assertThat(used()).containsExactly("b", "c");
        down(2);
        assertThat(used()).containsExactly("late");
        assertThat(guard.isPanic(NOW_NS)).isFalse();
    }

    @Test
    void aCallThatTheFirstCouldNotServeIsTriedAtTheNext() {
        LoopEndpoint chosen = requireNonNull(loop.pick(NOW_NS, 0, 0b1110));
        assertThat(chosen.endpoint().host()).isEqualTo("late");
    }

    @Test
    void aCallThatTheNextCouldNotServeIsTriedAtTheFewOfTheFirst() {
        down(1, 2);
        LoopEndpoint chosen = requireNonNull(loop.pick(NOW_NS, 0, 0b0001));
        assertThat(chosen.endpoint().host()).isEqualTo("c");
    }

    @Test
    void withTooFewOfEachAllAreUsed() {
        down(0, 1, 2);
        assertThat(guard.isPanic(NOW_NS)).isTrue();
        assertThat(used()).containsExactly("a", "b", "c", "late");
    }
}
