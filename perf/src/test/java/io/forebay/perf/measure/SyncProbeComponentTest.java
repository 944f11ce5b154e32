package io.forebay.perf.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncProbeComponentTest {
    @Test
    void percentilesAreOrderedTheRateFitsThemAndNoFileStays(@TempDir Path folder) throws IOException {
        SyncProbe.Latencies latencies = SyncProbe.measure(folder, Duration.ofMillis(100));

        assertThat(latencies.syncs()).isPositive();
        assertThat(latencies.p50Ms())
                .isPositive()
                .isLessThanOrEqualTo(latencies.p90Ms())
                .isLessThanOrEqualTo(latencies.maxMs());
        assertThat(latencies.syncsPerSecond() * latencies.p50Ms()).isLessThan(2100); // half of them take p50 or longer
        assertThat(folder).isEmptyDirectory();
    }
}
