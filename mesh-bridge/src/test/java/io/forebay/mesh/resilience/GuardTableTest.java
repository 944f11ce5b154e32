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
}
