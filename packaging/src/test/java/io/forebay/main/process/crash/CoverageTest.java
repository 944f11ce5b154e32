package io.forebay.main.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
    @Test
    void nothingHappensInAnEmptyHistory() {
        assertThat(new Coverage(new Evidence(List.of(), List.of())).missing())
                .contains("kills", "late reports of such refused", "runs of schedules");
    }

    @Test
    void whatNeverHappenedIsNamed() {
        assertThat(new Coverage(new SoundHistory().evidence()).missing())
                .containsExactly("reports taken of leases from before a kill");
    }
}
