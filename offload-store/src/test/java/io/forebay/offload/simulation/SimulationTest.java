package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The store's contract over many seeds. `-Dforebay.simulation.seeds=N` says how many, `-Dforebay.simulation.first=S`
/// where to begin; what it did stands in `target/simulation.txt` afterwards.
@ExtendWith(SilentFailures.class)
final class SimulationTest {
    private static final long SEEDS = Long.getLong("forebay.simulation.seeds", 4_000);
    private static final Path SUMMARY = Path.of("target", "simulation.txt");
    private static final long FIRST = Long.getLong("forebay.simulation.first", 1);

    @Test
    void theContractHoldsForEverySeedAndEverythingHappened() throws IOException {
        Tally tally = new Tally();
        LongStream.range(FIRST, FIRST + SEEDS)
                .parallel()
                .mapToObj(seed -> Simulation.run(seed, null))
                .forEach(one -> {
                    synchronized (tally) {
                        tally.add(one);
                    }
                });
        assertThat(tally.neverSeen()).as("happenings of which there were none").isEmpty();
        String summary = tally + "\nsimulation: " + SEEDS + " seeds from " + FIRST + ", the contract holds for each\n";
        System.out.print(summary);
        Files.writeString(SUMMARY, summary);
    }
}
