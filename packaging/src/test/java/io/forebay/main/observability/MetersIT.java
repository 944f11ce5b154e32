package io.forebay.main.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scrape of a gateway that has proxied, refused, offloaded and run.
///
/// Meters are described where they are bound; `-Dforebay.meters.write` puts what this test finds into the document.
class MetersIT {
    private static final URI NOBODY = URI.create("http://127.0.0.1:9/");

    @TempDir
    private static Path folder;

    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start(folder, NOBODY);
        gateway.proxied();
        gateway.refused();
        gateway.ran();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /// What was counted a moment after the answer is in it: jobs are the last.
    private static String scrape() throws Exception {
        await().until(() -> gateway.scrape().contains("change=\"succeeded\",queue=\"default/work\"} 2.0"));
        return gateway.scrape();
    }

    @Test
    void metersAreThoseOfTheDocument() throws Exception {
        List<String> rows = MeterTable.of(scrape());
        if (System.getProperty("forebay.meters.write") != null) {
            String text = Files.readString(MeterTable.file());
            Files.writeString(
                    MeterTable.file(),
                    text.substring(0, text.indexOf("|---|") + "|---|---|---|---|---|\n".length())
                            + String.join("\n", rows) + "\n");
        }

        assertThat(rows).hasSizeGreaterThan(60);
        assertThat(MeterTable.written()).isEqualTo(rows);
    }

    @Test
    void figuresAreWhatHappened() throws Exception {
        String listener = "forebay_tls_certificate_expiry_timestamp_seconds{listener=\"default/edge/https\"} ";

        assertThat(scrape())
                .contains("\nforebay_queue_changes_total{change=\"succeeded\",queue=\"default/work\"} 2.0\n")
                .contains("\nforebay_queue_jobs{queue=\"default/work\",state=\"dead\"} 0.0\n")
                .contains("\nforebay_store_refusals_total{reason=\"fingerprint-mismatch\"} 1.0\n")
                .contains("\nforebay_shadow_refusals_total{reason=\"forbidden\"} 1.0\n")
                .contains("\nforebay_flags_total{flag=\"no-route\"} 1.0\n")
                .contains("\nforebay_store_condition{condition=\"open\"} 1.0\n")
                .contains("\nforebay_policy_faults 0.0\n");
        assertThat(scrape().lines().filter(line -> line.startsWith(listener)).mapToLong(line ->
                        (long) Double.parseDouble(line.substring(listener.length()))))
                .containsExactly(gateway.certificateEnds().getEpochSecond());
    }

    @Test
    void promtoolFindsNothingWrong() throws Exception {
        Promtool promtool = Promtool.installed();
        Path scrape = Files.writeString(folder.resolve("scrape.txt"), scrape());

        assertThat(promtool.run(folder, scrape, "check", "metrics")).isEqualTo(new Promtool.Finished(0, ""));
    }
}
