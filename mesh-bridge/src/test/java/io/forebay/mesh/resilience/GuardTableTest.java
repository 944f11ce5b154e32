package io.forebay.mesh.resilience;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendResource;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.EndpointState;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardTableTest {
    private static final BackendId MENU = new BackendId("shop", "menu");
    private static final Endpoint A = new Endpoint("a", 80);
    private static final Endpoint B = new Endpoint("b", 80);
    private static final Endpoint C = new Endpoint("c", 80);

    private static GuardTable following(GuardTable earlier, long generation, Backend... backends) {
        return earlier.next(BackendSnapshot.of(generation, List.of(backends)), BreakerSettings.DEFAULT, 0);
    }

    private static BackendGuard menu(GuardTable table) {
        return requireNonNull(table.guard(MENU));
    }

    @Test
    void breakersFollowTheirAddressAcrossReordersAndNewWeights() {
        GuardTable first = following(GuardTable.EMPTY, 1, new Backend(MENU, List.of(A, B)));
        Endpoint heavierA = new Endpoint("a", 80, 9);
        GuardTable second = following(first, 2, new Backend(MENU, List.of(C, B, heavierA)));
        assertThat(second.generation()).isEqualTo(2);
        List<CircuitBreaker> earlier = menu(first).breakers();
        List<CircuitBreaker> later = menu(second).breakers();
        assertThat(later.get(2)).isSameAs(earlier.get(0));
        assertThat(later.get(1)).isSameAs(earlier.get(1));
        assertThat(later.get(0)).isNotIn(earlier);
    }

    @Test
    void countsInUseSurviveAndTheNewLimitsHold() {
        GuardTable first = following(GuardTable.EMPTY, 1, new Backend(MENU, List.of(A)));
        menu(first).limit().tryAcquire(BackendResource.REQUESTS);
        Backend tighter = new Backend(MENU, List.of(A), new BackendLimits(1, 1, 1), Balance.ROUND_ROBIN);
        ConcurrencyLimit limit = menu(following(first, 2, tighter)).limit();
        assertThat(limit.inUse(BackendResource.REQUESTS)).isEqualTo(1);
        assertThat(limit.tryAcquire(BackendResource.REQUESTS)).isFalse();
    }

    @Test
    void aBackendThatWentAndCameBackStartsAfresh() {
        GuardTable first = following(GuardTable.EMPTY, 1, new Backend(MENU, List.of(A)));
        GuardTable without = following(first, 2);
        assertThat(without.guard(MENU)).isNull();
        assertThat(menu(following(without, 3, new Backend(MENU, List.of(A)))).limit())
                .isNotSameAs(menu(first).limit());
    }

    @Test
    void oneAddressInTwoBackendsHasTwoBreakers() {
        Backend other = new Backend(new BackendId("shop", "other"), List.of(A));
        GuardTable table = following(GuardTable.EMPTY, 1, new Backend(MENU, List.of(A)), other);
        assertThat(menu(table).breakers().getFirst())
                .isNotSameAs(requireNonNull(table.guard(other.id())).breakers().getFirst());
    }

    private static Backend checked(HealthCheck health, Endpoint... endpoints) {
        return new Backend(MENU, List.of(endpoints), BackendLimits.DEFAULT, LoadBalancer.DEFAULT, health);
    }

    @Test
    void breakersFollowWhatThePolicySaysOfEjection() {
        HealthCheck ejecting = new HealthCheck(null, new HealthCheck.Passive(2, 10, 30, 50), 0);
        GuardTable first = following(GuardTable.EMPTY, 1, new Backend(MENU, List.of(A, B)));
        GuardTable second = following(first, 2, checked(ejecting, A, B));
        CircuitBreaker breaker = menu(second).breakers().getFirst();
        assertThat(breaker).isSameAs(menu(first).breakers().getFirst());
        assertThat(breaker.settings().failuresToOpen()).isEqualTo(2);
        assertThat(breaker.settings().openNs()).isEqualTo(30);
        assertThat(breaker.settings().openMaxNs()).isEqualTo(HealthCheck.Passive.EJECTION_MAX_NS);
        GuardTable third = following(second, 3, new Backend(MENU, List.of(A, B)));
        assertThat(menu(third).breakers().getFirst().settings()).isEqualTo(BreakerSettings.DEFAULT);
        assertThat(menu(third).ejections()).isNull();
    }

    @Test
    void whatProbesFoundStaysWithTheAddressAsLongAsThereAreProbes() {
        HealthCheck.Active probes = new HealthCheck.Active(10, 10, 1, 1, new HealthCheck.Probe.Tcp());
        HealthCheck.Active others = new HealthCheck.Active(20, 10, 1, 1, new HealthCheck.Probe.Tcp());
        GuardTable first = following(GuardTable.EMPTY, 1, checked(new HealthCheck(probes, null, 0), A, B));
        menu(first).healths().getFirst().onProbe(false, probes, 0);
        GuardTable second = following(first, 2, checked(new HealthCheck(others, null, 0), B, A));
        assertThat(menu(second).healths().get(1)).isSameAs(menu(first).healths().getFirst());
        assertThat(menu(second).state(1)).isEqualTo(EndpointState.UNHEALTHY);
        GuardTable third = following(second, 3, new Backend(MENU, List.of(B, A)));
        assertThat(menu(third).state(1)).isEqualTo(EndpointState.HEALTHY);
    }

    @Test
    void theHashTableIsMadeAnewOnlyForOtherEndpoints() {
        Backend hashed = new Backend(MENU, List.of(A, B), BackendLimits.DEFAULT, Balance.CONSISTENT_HASH);
        GuardTable first = following(GuardTable.EMPTY, 1, hashed);
        GuardTable second = following(first, 2, hashed);
        assertThat(menu(second).table()).isNotNull().isSameAs(menu(first).table());
        Backend more = new Backend(MENU, List.of(A, B, C), BackendLimits.DEFAULT, Balance.CONSISTENT_HASH);
        assertThat(menu(following(second, 3, more)).table())
                .isNotNull()
                .isNotSameAs(menu(first).table());
        assertThat(menu(following(second, 4, new Backend(MENU, List.of(A, B)))).table())
                .isNull();
    }
}
