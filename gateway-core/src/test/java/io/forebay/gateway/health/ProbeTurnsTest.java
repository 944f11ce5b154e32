package io.forebay.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProbeTurnsTest {
    private final ProbeTurns turns = new ProbeTurns();

    /// One sweep in which everybody is due; the places of those that are asked.
    private List<Integer> sweep(int count, boolean isTls) {
        List<Integer> asked = new ArrayList<>();
        turns.sweep();
        for (int step = 0; step < count; step++) {
            int place = turns.place(step, count);
            if (turns.hasRoom(place, isTls)) {
                turns.began(isTls);
                asked.add(place);
            }
        }
        return asked;
    }

    private static List<Integer> places(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void soManyRunAtATime() {
        assertThat(sweep(300, false)).isEqualTo(places(0, 256));
        assertThat(sweep(300, false)).isEmpty();
        turns.ended();
        turns.ended();
        assertThat(sweep(300, false)).containsExactly(256, 257);
    }

    @Test
    void handshakesAreSpreadOverSweepsAndEverybodyHasATurn() {
        assertThat(sweep(70, true)).isEqualTo(places(0, 32));
        assertThat(sweep(70, true)).isEqualTo(places(32, 64));
        assertThat(sweep(70, true)).startsWith(64, 65, 66, 67, 68, 69, 0, 1).hasSize(32);
    }

    @Test
    void whoShakesNoHandsDoesNotWaitForThoseWhoDo() {
        turns.sweep();
        for (int i = 0; i < 40; i++) {
            if (turns.hasRoom(i, true)) {
                turns.began(true);
            }
        }
        assertThat(turns.hasRoom(40, false)).isTrue();
        assertThat(turns.hasRoom(41, true)).isFalse();
    }

    @Test
    void aShorterListIsLookedThroughAsWell() {
        sweep(70, true);
        assertThat(sweep(5, false)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }
}
