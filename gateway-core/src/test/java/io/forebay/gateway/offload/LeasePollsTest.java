package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeasePollsTest {
    private final List<String> woken = new ArrayList<>();
    private final LeasePolls polls = new LeasePolls(3);

    @Test
    void oneSignalWakesWhoeverWaitedLongest() {
        polls.add("q", () -> woken.add("first"));
        polls.add("q", () -> woken.add("second"));
        polls.add("other", () -> woken.add("elsewhere"));
        polls.ready("q");
        assertThat(woken).containsExactly("first");
        assertThat(polls.count()).isEqualTo(2);
        polls.ready("q");
        polls.ready("q");
        assertThat(woken).containsExactly("first", "second");
    }

    @Test
    void whoLeavesIsNotWokenAndWhoWasWokenLearnsIt() {
        Runnable leaving = () -> woken.add("leaving");
        polls.add("q", leaving);
        assertThat(polls.remove("q", leaving)).isTrue();
        polls.ready("q");
        assertThat(woken).isEmpty();
        polls.add("q", leaving);
        polls.ready("q");
        assertThat(polls.remove("q", leaving)).isFalse();
        assertThat(polls.count()).isZero();
    }

    @Test
    void fullOrDrainedLineTakesNobody() {
        for (int i = 0; i < 3; i++) {
            assertThat(polls.add("q", () -> woken.add("waiting"))).isTrue();
        }
        assertThat(polls.add("q", () -> woken.add("too many"))).isFalse();
        polls.drain();
        assertThat(woken).containsExactly("waiting", "waiting", "waiting");
        assertThat(polls.add("q", () -> woken.add("late"))).isFalse();
        assertThat(polls.count()).isZero();
    }
}
