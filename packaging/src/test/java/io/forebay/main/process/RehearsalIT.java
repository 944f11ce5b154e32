package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The cache that a rehearsed start leaves is one that the JVM takes.
class RehearsalIT {
    private static final long LIMIT_SECONDS = 120;

    @Test
    void rehearsedStartLeavesAnAotCacheThatFitsTheGateway() {
        assertThat(Rehearsed.CACHE).isRegularFile();
        // `on` ends the JVM if it cannot use the cache; by default it would do without.
        List<String> version = new ArrayList<>(Checkout.java("version"));
        version.add(1, "-XX:AOTMode=on");
        Checkout.Finished used = Checkout.run(LIMIT_SECONDS, version, Map.of());
        assertThat(used.exitCode()).as(used.output()).isZero();
        assertThat(Rehearsed.CACHE.resolveSibling("forebay.aot.config")).doesNotExist();
    }
}
