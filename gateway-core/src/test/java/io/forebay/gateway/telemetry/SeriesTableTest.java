package io.forebay.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTableTest {
    private final SeriesTable table = new SeriesTable(2, 3, 2);

    @Test
    void countsOfAllLoopsAreOneNumber() {
        table.of("a").add(0, 1);
        table.of("a").add(1, 1);
        table.of("a").add(1, 2);
        assertThat(table.sum("a", 1)).isEqualTo(2);
        assertThat(table.sum("a", 2)).isEqualTo(1);
        assertThat(table.sum("a", 0)).isZero();
    }

    @Test
    void namesBeyondTheBoundAreCountedTogether() {
        for (String name : List.of("a", "b", "c", "d", "a")) {
            table.of(name).add(0, 0);
        }
        assertThat(table.names()).containsExactlyInAnyOrder("a", "b");
        assertThat(table.sum("a", 0)).isEqualTo(2);
        assertThat(table.sum("c", 0)).isZero();
        assertThat(table.sum(SeriesTable.OTHER, 0)).isEqualTo(2);
    }

    @Test
    void placeIsKeptUntilItsNameIsGoneAndThenAnothers() {
        table.of("a").add(0, 0);
        table.of("b").add(0, 0);
        table.of("c").add(0, 0);
        table.retain(name -> !name.equals("a"));
        table.of("b").add(0, 0);
        table.of("c").add(0, 0);
        table.of("a").add(0, 0);
        assertThat(table.names()).containsExactlyInAnyOrder("b", "c");
        assertThat(table.sum("b", 0)).isEqualTo(2);
        assertThat(table.sum("c", 0)).isEqualTo(1);
        assertThat(table.sum(SeriesTable.OTHER, 0)).isEqualTo(2);
    }

    /// However loops and reloads meet, no more names than may be have places, and all that may be.
    @Test
    void boundHoldsWhileLoopsRace() throws InterruptedException {
        SeriesTable raced = new SeriesTable(4, 1, 10);
        List<Thread> loops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int loop = i;
            loops.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 20_000; n++) {
                    raced.of("n" + n % 40).add(loop, 0);
                }
            }));
        }
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat(raced.names()).hasSize(10);
        long counted = raced.sum(SeriesTable.OTHER, 0);
        for (String name : raced.names()) {
            counted += raced.sum(name, 0);
        }
        assertThat(counted).isEqualTo(80_000);
        raced.retain(name -> false);
        for (int n = 0; n < 40; n++) {
            raced.of("m" + n);
        }
        assertThat(raced.names()).hasSize(10);
    }
}
