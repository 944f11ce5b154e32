package io.forebay.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.AdaptiveConcurrency;
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
import io.forebay.mesh.resilience.ConnectionCounts;
import io.forebay.mesh.resilience.GuardTable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BackendMetersTest {
    private static final HealthCheck.Active PROBES = new HealthCheck.Active(1, 1, 1, 1, new HealthCheck.Probe.Tcp());

    private static final int NAMED_MAX = 100;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private GuardTable guards = GuardTable.EMPTY;
    private final BackendMeters meters =
            new BackendMeters(registry, BackendMeters.table(1, NAMED_MAX), () -> guards.guards());

    private void publish(List<Backend> backends) {
        guards = guards.next(
                BackendSnapshot.of(guards.generation() + 1, backends), BreakerSettings.DEFAULT, System.nanoTime());
        meters.refresh();
    }

    private static Backend backend(int number) {
        return new Backend(new BackendId("n", "b" + number), List.of(new Endpoint("e", 80)));
    }

    private static List<Backend> backends(int from, int to) {
        List<Backend> backends = new ArrayList<>();
        for (int i = from; i < to; i++) {
            backends.add(backend(i));
        }
        return backends;
    }

    private @Nullable Gauge gauge(String name, String... tags) {
        return registry.find(name).tags(tags).gauge();
    }

    private double value(String name, String... tags) {
        return Objects.requireNonNull(gauge(name, tags)).value();
    }

    @Test
    void endpointsAreCountedByState() {
        Backend backend = new Backend(
                new BackendId("n", "b"),
                List.of(
                        new Endpoint("a", 80),
                        new Endpoint("b", 80),
                        new Endpoint("c", 80),
                        new Endpoint("d", 80),
                        new Endpoint("e", 80)),
                BackendLimits.DEFAULT,
                LoadBalancer.DEFAULT,
                new HealthCheck(PROBES, null, 70));
        publish(List.of(backend));
        BackendGuard guard = Objects.requireNonNull(guards.guard(backend.id()));
        guard.healths().get(1).onProbe(false, PROBES, 0);
        CircuitBreaker breaker = guard.breakers().get(2);
        for (int i = 0; i < 5; i++) {
            long nowNs = System.nanoTime();
            breaker.onFailure(breaker.tryAcquire(nowNs), nowNs, 0, null);
        }
        assertThat(value("forebay.backend.endpoints", "backend", "n/b", "state", "healthy"))
                .isEqualTo(3);
        assertThat(value("forebay.backend.endpoints", "backend", "n/b", "state", "unhealthy"))
                .isEqualTo(1);
        assertThat(value("forebay.backend.endpoints", "backend", "n/b", "state", "ejected"))
                .isEqualTo(1);
        assertThat(value("forebay.backend.breakers.open", "backend", "n/b")).isEqualTo(1);
        assertThat(value("forebay.backend.panic", "backend", "n/b")).isEqualTo(1);
        guard.healths().get(1).onProbe(true, PROBES, 0);
        assertThat(value("forebay.backend.panic", "backend", "n/b")).isZero();
    }

    @Test
    void backendsWithoutAPlaceAreCountedTogether() {
        publish(backends(0, 130));
        assertThat(value("forebay.backend.endpoints", "backend", SeriesTable.OTHER, "state", "healthy"))
                .isEqualTo(130 - named());
        assertThat(named()).isEqualTo(NAMED_MAX);
    }

    private double counter(String name, String... tags) {
        return Objects.requireNonNull(registry.find(name).tags(tags).functionCounter())
                .count();
    }

    private ConnectionCounts connections(int number) {
        return Objects.requireNonNull(guards.guard(backend(number).id()))
                .limit()
                .connections();
    }

    @Test
    void connectionsAreCountedByWhatBecameOfThem() {
        publish(backends(0, 1));
        ConnectionCounts counts = connections(0);
        for (int i = 0; i < 9; i++) {
            counts.onOpened();
        }
        counts.onIdle(3);
        counts.onIdle(-1);
        counts.onClosed(ConnectionCounts.End.IDLE);
        counts.onClosed(ConnectionCounts.End.SPENT);
        counts.onClosed(ConnectionCounts.End.SPENT);
        // The next policy keeps what is known of a backend that stays.
        publish(backends(0, 2));
        String[] tags = {"backend", "n/b0"};
        assertThat(value("forebay.backend.connections.open", tags)).isEqualTo(6);
        assertThat(value("forebay.backend.connections.idle", tags)).isEqualTo(2);
        assertThat(counter("forebay.backend.connections.opened", tags)).isEqualTo(9);
        assertThat(counter("forebay.backend.connections.closed", "backend", "n/b0", "reason", "idle"))
                .isEqualTo(1);
        assertThat(counter("forebay.backend.connections.closed", "backend", "n/b0", "reason", "spent"))
                .isEqualTo(2);
        assertThat(counter("forebay.backend.connections.closed", "backend", "n/b0", "reason", "upstream"))
                .isZero();
        assertThat(counter("forebay.backend.connections.closed", "backend", "n/b0", "reason", "gateway"))
                .isZero();
    }

    @Test
    void whatTheOthersHadIsKeptAsTheyLeave() {
        publish(backends(0, NAMED_MAX));
        publish(backends(0, NAMED_MAX + 2));
        for (int number = NAMED_MAX; number < NAMED_MAX + 2; number++) {
            connections(number).onOpened();
            connections(number).onClosed(ConnectionCounts.End.GATEWAY);
            connections(number).onOpened();
        }
        publish(backends(0, NAMED_MAX + 1));
        String[] tags = {"backend", SeriesTable.OTHER};
        assertThat(counter("forebay.backend.connections.opened", tags)).isEqualTo(4);
        assertThat(counter("forebay.backend.connections.closed", "backend", SeriesTable.OTHER, "reason", "gateway"))
                .isEqualTo(2);
        assertThat(value("forebay.backend.connections.open", tags)).isEqualTo(1);
    }

    @Test
    void limitOfRequestsIsThePolicysOrWhatTheBackendCanBear() {
        Backend fixed = new Backend(
                new BackendId("n", "fixed"),
                List.of(new Endpoint("e", 80)),
                new BackendLimits(1, 2, 345),
                Balance.ROUND_ROBIN);
        Backend adaptive = new Backend(
                new BackendId("n", "adaptive"),
                List.of(new Endpoint("e", 80)),
                new BackendLimits(1, 2, 345, new AdaptiveConcurrency(7, 300, 1_000_000, 0.5, 1_000_000_000), null),
                Balance.ROUND_ROBIN);
        publish(List.of(fixed, adaptive));
        assertThat(value("forebay.backend.requests.limit", "backend", "n/fixed"))
                .isEqualTo(345);
        BackendGuard guard = Objects.requireNonNull(guards.guard(adaptive.id()));
        assertThat(value("forebay.backend.requests.limit", "backend", "n/adaptive"))
                .isEqualTo(guard.limit().requestsMax())
                .isLessThan(345);
    }

    private int named() {
        return (int) registry.find("forebay.backend.panic").gauges().stream()
                .filter(gauge -> !SeriesTable.OTHER.equals(gauge.getId().getTag("backend")))
                .count();
    }

    @Test
    void aBackendThatIsGoneTakesItsSeriesAlongAndMakesRoom() {
        publish(backends(0, NAMED_MAX));
        publish(backends(60, NAMED_MAX));
        assertThat(gauge("forebay.backend.panic", "backend", "n/b0")).isNull();
        assertThat(named()).isEqualTo(40);
        publish(backends(60, 150));
        assertThat(named()).isEqualTo(90);
        assertThat(gauge("forebay.backend.panic", "backend", SeriesTable.OTHER)).isNull();
    }
}
