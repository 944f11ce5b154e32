package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forebay.policy.route.BackendSplit.Share;
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
