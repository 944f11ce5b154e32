package io.forebay.mesh.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.mesh.resilience.CircuitBreaker;
import io.forebay.mesh.resilience.GuardTable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What picking makes of endpoints that are down, ejected, or not long back.
class UnwellEndpointsTest {
    private static final BackendId ID = new BackendId("n", "b");
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final HealthCheck.Active PROBES =
            new HealthCheck.Active(SECOND_NS, SECOND_NS, 1, 1, new HealthCheck.Probe.Tcp());
    private static final HealthCheck CHECKED = new HealthCheck(PROBES, null, 50);

    private static List<Endpoint> endpoints(int count) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            endpoints.add(new Endpoint("e" + i, 80));
        }
        return endpoints;
    }

    private static BackendGuard guard(LoadBalancer balancer, HealthCheck health, int count) {
        return BackendGuard.fresh(
                new Backend(ID, endpoints(count), BackendLimits.DEFAULT, balancer, health), BreakerSettings.DEFAULT, 0);
    }

    private static int[] picks(LoopBackend loop, int times, long nowNs) {
        SplittableRandom random = new SplittableRandom(times);
        int[] picks = new int[loop.backend().endpoints().size()];
        for (int i = 0; i < times; i++) {
            LoopEndpoint chosen = requireNonNull(loop.pick(nowNs, random.nextLong(), 0));
            picks[Long.numberOfTrailingZeros(chosen.bit())]++;
            chosen.succeeded(chosen.permit(), nowNs);
        }
        return picks;
    }

    @ParameterizedTest
    @EnumSource
    void whoIsDownGetsNothingUntilItIsUp(Balance balance) {
        BackendGuard guard = guard(LoadBalancer.of(balance), CHECKED, 4);
        LoopBackend loop = LoopBackend.of(guard);
        guard.healths().get(2).onProbe(false, PROBES, 0);
        assertThat(picks(loop, 400, 0)[2]).isZero();
        assertThat(guard.isPanic(0)).isFalse();
        guard.healths().get(2).onProbe(true, PROBES, 0);
        assertThat(picks(loop, 400, 0)[2]).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void withTooFewHealthyOnesAllAreUsed(Balance balance) {
        BackendGuard guard = guard(LoadBalancer.of(balance), CHECKED, 4);
        LoopBackend loop = LoopBackend.of(guard);
        for (int i = 0; i < 3; i++) {
            guard.healths().get(i).onProbe(false, PROBES, 0);
        }
        assertThat(guard.isPanic(0)).isTrue();
        assertThat(guard.hasHealthy(0)).isTrue();
        assertThat(picks(loop, 400, 0)).doesNotContain(0);
    }

    @Test
    void withoutAPanicThresholdNobodyWhoIsDownIsUsed() {
        BackendGuard guard = guard(LoadBalancer.DEFAULT, new HealthCheck(PROBES, null, 0), 2);
        LoopBackend loop = LoopBackend.of(guard);
        guard.healths().forEach(health -> health.onProbe(false, PROBES, 0));
        assertThat(loop.pick(0, 0, 0)).isNull();
        assertThat(guard.hasHealthy(0)).isFalse();
    }

    @Test
    void aPanicUsesEjectedEndpointsWithoutAskingTheirBreakers() {
        HealthCheck ejecting = new HealthCheck(null, new HealthCheck.Passive(1, SECOND_NS, SECOND_NS, 100), 50);
        BackendGuard guard = guard(LoadBalancer.of(Balance.ROUND_ROBIN), ejecting, 2);
        LoopBackend loop = LoopBackend.of(guard);
        for (int i = 0; i < 2; i++) {
            LoopEndpoint chosen = requireNonNull(loop.pick(0, 0, 0));
            chosen.failed(chosen.permit(), 0, 0);
        }
        assertThat(guard.breakers()).allMatch(breaker -> breaker.phase() == CircuitBreaker.Phase.OPEN);
        LoopEndpoint used = requireNonNull(loop.pick(0, 0, 0));
        assertThat(used.permit()).isEqualTo(CircuitBreaker.UNCOUNTED);
        used.succeeded(used.permit(), 0);
        assertThat(guard.breakers()).allMatch(breaker -> breaker.phase() == CircuitBreaker.Phase.OPEN);
        assertThat(loop.pick(0, 0, 3)).isNull();
    }

    @Test
    void ofTenFailingEndpointsOneIsEjected() {
        HealthCheck ejecting = new HealthCheck(null, new HealthCheck.Passive(5, SECOND_NS, SECOND_NS, 10), 50);
        BackendGuard guard = guard(LoadBalancer.of(Balance.ROUND_ROBIN), ejecting, 10);
        LoopBackend loop = LoopBackend.of(guard);
        for (int i = 0; i < 500; i++) {
            LoopEndpoint chosen = requireNonNull(loop.pick(0, 0, 0));
            chosen.failed(chosen.permit(), 0, 0);
        }
        assertThat(guard.breakers().stream().filter(breaker -> breaker.phase() == CircuitBreaker.Phase.OPEN))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "LEAST_REQUEST", "PEAK_EWMA"})
    void whoIsNewGrowsIntoItsShare(Balance balance) {
        LoadBalancer slow = new LoadBalancer(balance, 100 * SECOND_NS, null);
        Backend one = new Backend(ID, endpoints(1), BackendLimits.DEFAULT, slow, HealthCheck.NONE);
        Backend two = new Backend(ID, endpoints(2), BackendLimits.DEFAULT, slow, HealthCheck.NONE);
        GuardTable first = GuardTable.EMPTY.next(BackendSnapshot.of(1, List.of(one)), BreakerSettings.DEFAULT, 0);
        long addedNs = 1_000 * SECOND_NS;
        GuardTable second = first.next(BackendSnapshot.of(2, List.of(two)), BreakerSettings.DEFAULT, addedNs);
        LoopBackend loop = LoopBackend.of(requireNonNull(second.guard(ID)));
        assertThat(shareOfSecond(loop, addedNs)).isCloseTo(10 / 110.0, within(0.02));
        assertThat(shareOfSecond(loop, addedNs + 50 * SECOND_NS)).isCloseTo(50 / 150.0, within(0.02));
        assertThat(shareOfSecond(loop, addedNs + 100 * SECOND_NS)).isCloseTo(0.5, within(0.02));
    }

    /// With two endpoints and nothing in flight each draw is by share alone.
    private static double shareOfSecond(LoopBackend loop, long nowNs) {
        return picks(loop, 10_000, nowNs)[1] / 10_000.0;
    }

    @Test
    void whoIsBackAfterAnEjectionOrAProbeStartsSlowlyToo() {
        LoadBalancer slow = new LoadBalancer(Balance.ROUND_ROBIN, 100 * SECOND_NS, null);
        BackendGuard guard = guard(slow, new HealthCheck(PROBES, null, 0), 2);
        LoopBackend loop = LoopBackend.of(guard);
        assertThat(shareOfSecond(loop, 0)).isCloseTo(0.5, within(0.01));

        long backNs = 500 * SECOND_NS;
        guard.healths().get(1).onProbe(false, PROBES, backNs - 1);
        guard.healths().get(1).onProbe(true, PROBES, backNs);
        assertThat(shareOfSecond(loop, backNs)).isCloseTo(10 / 110.0, within(0.01));

        CircuitBreaker breaker = guard.breakers().get(1);
        long ejectedNs = 1_000 * SECOND_NS;
        for (int i = 0; i < 5; i++) {
            breaker.onFailure(breaker.tryAcquire(ejectedNs), ejectedNs, 0, null);
        }
        long closedNs = ejectedNs + 20 * SECOND_NS;
        breaker.onSuccess(breaker.tryAcquire(closedNs), closedNs);
        assertThat(shareOfSecond(loop, closedNs + 25 * SECOND_NS)).isCloseTo(25 / 125.0, within(0.01));
    }
}
