package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cache that a rehearsed start leaves is one that the JVM takes.
class RehearsalIT {
    private static final long LIMIT_SECONDS = 120;

    @TempDir
    private Path folder;

    @Test
    void rehearsedStartLeavesAnAotCacheThatFitsTheGateway() {
        Path cache = folder.resolve("forebay.aot");
        Checkout.Finished rehearsal = Checkout.run(
                LIMIT_SECONDS,
                Checkout.java(
                        "rehearse", "--data", folder.resolve("scratch").toString(), "--aot-cache", cache.toString()),
                Map.of());
        assertThat(rehearsal.exitCode()).as(rehearsal.output()).isZero();

        assertThat(cache).isRegularFile();
        // `on` ends the JVM if it cannot use the cache; by default it would do without.
        List<String> version = new ArrayList<>(Checkout.java("version"));
        version.addAll(1, List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache));
        Checkout.Finished used = Checkout.run(LIMIT_SECONDS, version, Map.of());
        assertThat(used.exitCode()).as(used.output()).isZero();
        assertThat(Files.exists(folder.resolve("forebay.aot.config"))).isFalse();
    }
}
