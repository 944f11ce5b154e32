package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.intake.PlantedDefect;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The simulation is worth what it finds.
@ExtendWith(SilentFailures.class)
final class PlantedDefectsSimulationTest {
    private static final int SEEDS_MAX = 200;

    @ParameterizedTest
    @EnumSource
    void aClassicMistakeIsFoundWithin200Seeds(PlantedDefect defect) {
        String found = "";
        int seed = 0;
        while (found.isEmpty() && seed < SEEDS_MAX) {
            seed++;
            try {
                Simulation.run(seed, defect);
            } catch (AssertionError e) {
                found = String.valueOf(e.getMessage());
            }
        }
        assertThat(found).as("%s in %d seeds", defect, seed).isNotEmpty();
        System.out.println(defect + " found: " + found.lines().limit(3).toList());
    }
}
