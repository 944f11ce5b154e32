package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forebay.policy.StableHash;
import io.forebay.policy.route.BackendSplit.Share;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackendSplitTest {

    @Test
    void sharesAreChosenByTheirWeightAndWeightZeroNever() {
        Share ninety = Share.of("default/v1", 90);
        Share ten = Share.of("default/v2", 10);
        Share none = Share.of("default/v3", 0);
        BackendSplit split = BackendSplit.of(List.of(none, ninety, ten));
        SplittableRandom random = new SplittableRandom(42);
        Map<Share, Integer> chosen = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            chosen.merge(split.pick(random.nextLong()), 1, Integer::sum);
        }
        assertThat(chosen).doesNotContainKey(none);
        assertThat(chosen.getOrDefault(ninety, 0)).isCloseTo(90_000, within(600));
        assertThat(chosen.getOrDefault(ten, 0)).isCloseTo(10_000, within(600));
    }

    @Test
    void extremeRandomNumbersStayInRange() {
        BackendSplit split = BackendSplit.of(List.of(Share.of("a", 1), Share.of("b", 1)));
        assertThat(split.pick(0)).isEqualTo(Share.of("a", 1));
        assertThat(split.pick(-1)).isEqualTo(Share.of("b", 1));
        assertThat(split.pick(Long.MIN_VALUE)).isEqualTo(Share.of("b", 1));
        assertThat(split.pick(Long.MAX_VALUE)).isEqualTo(Share.of("a", 1));
    }

    @Test
    void faultyReferenceKeepsItsShareOfTheTraffic() {
        BackendSplit split = BackendSplit.of(List.of(Share.of("a", 1), Share.faulty("BackendNotFound", 1)));
        assertThat(split.pick(-1).fault()).isEqualTo("BackendNotFound");
        assertThat(split.pick(0).fault()).isNull();
    }

    @Test
    void noWeightAtAllIsAFault() {
        assertThat(BackendSplit.of(List.of()).pick(7).fault()).isEqualTo("NoBackend");
        assertThat(BackendSplit.of(List.of(Share.of("a", 0))).pick(7)).isEqualTo(BackendSplit.NO_BACKEND);
    }

    private static BackendSplit weights(int... weights) {
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            shares.add(Share.of("default/v" + i, weights[i]));
        }
        return BackendSplit.of(shares);
    }

    private static String side(BackendSplit split, int user) {
        return split.pickFor(StableHash.of("user-" + user)).name();
    }

    @Test
    void usersAreDealtByWeight() {
        Map<String, Integer> users = new HashMap<>();
        for (int user = 0; user < 100_000; user++) {
            users.merge(side(weights(70, 20, 10, 0), user), 1, Integer::sum);
        }
        assertThat(users).doesNotContainKey("default/v3");
        assertThat(users.getOrDefault("default/v0", 0)).isCloseTo(70_000, within(900));
        assertThat(users.getOrDefault("default/v1", 0)).isCloseTo(20_000, within(800));
        assertThat(users.getOrDefault("default/v2", 0)).isCloseTo(10_000, within(600));
    }

    /// Nobody goes back, and as many go as the weights say.
    @Test
    void growingCanaryTakesUsersAndGivesNoneBack() {
        for (int weight = 0; weight < 100; weight += 10) {
            BackendSplit before = weights(100 - weight, weight);
            BackendSplit after = weights(90 - weight, weight + 10);
            int moved = 0;
            for (int user = 0; user < 10_000; user++) {
                String now = side(after, user);
                if (!side(before, user).equals(now)) {
                    moved++;
                    assertThat(now).isEqualTo("default/v1");
                }
            }
            assertThat(moved).isCloseTo(1_000, within(150));
        }
    }

    @Test
    void ofManyOnlyTheOneThatWinsWeightWinsUsers() {
        BackendSplit before = weights(50, 30, 20);
        BackendSplit after = weights(50, 30, 40);
        for (int user = 0; user < 10_000; user++) {
            String now = side(after, user);
            assertThat(now).isIn(side(before, user), "default/v2");
        }
    }

    @Test
    void orderAndFaultsOfBackendsMoveNobody() {
        BackendSplit split = weights(50, 50);
        BackendSplit other =
                BackendSplit.of(List.of(Share.of("default/v1", 50), Share.faulty("default/v0", "BackendNotFound", 50)));
        for (int user = 0; user < 1_000; user++) {
            assertThat(side(other, user)).isEqualTo(side(split, user));
        }
    }

    @Test
    void backendNamedTwiceGetsTheSumOfItsWeights() {
        BackendSplit split = BackendSplit.of(List.of(Share.of("a", 25), Share.of("a", 25), Share.of("b", 50)));
        int ofA = 0;
        for (int user = 0; user < 10_000; user++) {
            ofA += side(split, user).equals("a") ? 1 : 0;
        }
        assertThat(ofA).isCloseTo(5_000, within(200));
    }

    @Test
    void weightZeroSwitchesAtOnce() {
        assertThat(side(weights(0, 100), 7)).isEqualTo("default/v1");
        assertThat(side(weights(100, 0), 7)).isEqualTo("default/v0");
        assertThat(weights(0, 0).pickFor(7)).isEqualTo(BackendSplit.NO_BACKEND);
    }

    @Test
    void fallbacksAreTakenOnceNothingElseIsReady() {
        BackendSplit split = BackendSplit.of(
                List.of(Share.of("a", 1), Share.of("b", 1), Share.of("c", 0)), List.of(Share.of("f", 1)));
        Set<String> ready = new HashSet<>(Set.of("a", "b", "c", "f"));
        BackendSplit.Readiness readiness = ready::contains;
        assertThat(split.pick(0, readiness).backend()).isEqualTo("a");
        assertThat(split.pick(-1, readiness).backend()).isEqualTo("b");
        ready.remove("a");
        assertThat(split.pick(0, readiness).backend()).isEqualTo("a");
        ready.remove("b");
        assertThat(split.pick(0, readiness).backend()).isEqualTo("f");
        assertThat(split.pick(-1, readiness).backend()).isEqualTo("f");
        ready.remove("f");
        assertThat(split.pick(0, readiness).backend()).isEqualTo("a");
        ready.add("b");
        ready.add("f");
        assertThat(split.pick(-1, readiness).backend()).isEqualTo("b");
        assertThat(split.shares()).extracting(Share::backend).containsExactly("a", "b", "c", "f");
    }

    @Test
    void readinessIsNotAskedWithoutAFallback() {
        BackendSplit.Readiness nobodyAsks = backend -> {
            throw new AssertionError(backend);
        };
        assertThat(BackendSplit.of(List.of(Share.of("a", 1)), List.of())
                        .pick(0, nobodyAsks)
                        .backend())
                .isEqualTo("a");
        assertThat(BackendSplit.of(List.of(), List.of(Share.of("f", 1)))
                        .pick(0, nobodyAsks)
                        .backend())
                .isEqualTo("f");
    }

    @Test
    void aFaultyReferenceIsNeverReady() {
        BackendSplit split = BackendSplit.of(List.of(Share.faulty("BackendNotFound", 1)), List.of(Share.of("f", 1)));
        assertThat(split.pick(0, "f"::equals).backend()).isEqualTo("f");
    }
}
