package io.forebay.main.process.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import io.forebay.main.process.GatewayUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The examples that run what is installed: a container, and a host on which systemd is process 1.
@Timeout(1200)
@Execution(ExecutionMode.CONCURRENT)
@EnabledIf(value = "isPossible", disabledReason = "podman, runc, mmdebstrap and root are needed")
class PackagedExamplesIT {
    private static final long LIMIT_SECONDS = 300;

    @TempDir
    private static Path folder;

    static boolean isPossible() {
        return Packages.arePossible() && Podman.isPossible() && DebianRoot.isPossible();
    }

    @BeforeAll
    static void configure() throws IOException {
        new Podman(folder).configure();
    }

    @AfterAll
    static void remove() {
        new Podman(folder).removeEverything();
    }

    private static void succeeds(String name, Map<String, Path> given) throws IOException {
        Map<String, String> environment = new HashMap<>(new Podman(folder).environment());
        environment.put("EXAMPLES_WORK", folder.toString());
        given.forEach((variable, file) -> environment.put(variable, file.toString()));
        for (String port : List.of("GATEWAY_PORT", "UPSTREAM_PORT", "ADMIN_PORT")) {
            environment.put(port, String.valueOf(GatewayUnderTest.freePort()));
        }
        Checkout.Finished run = Checkout.run(LIMIT_SECONDS, List.of("examples/run", name), environment);
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @Test
    void allAreHere() throws IOException {
        try (Stream<Path> folders = Files.list(Checkout.root().resolve("examples"))) {
            assertThat(folders.filter(example -> Files.exists(example.resolve("up")))
                            .map(example -> example.getFileName().toString()))
                    .containsExactlyInAnyOrder("container", "systemd-host");
        }
    }

    @Test
    void jobOutlivesItsContainer() throws IOException {
        succeeds("container", Map.of("FOREBAY_IMAGE", Packages.ending("image-amd64.tar")));
    }

    @Test
    @EnabledIfSystemProperty(
            named = "forebay.systemd",
            matches = "true",
            disabledReason = "takes a minute: ./forebay prove packages runs it")
    void serviceLivesUnderSystemd() throws IOException {
        succeeds("systemd-host", Map.of("DEBIAN_ROOT", DebianRoot.archive(), "FOREBAY_DEB", Packages.ending(".deb")));
    }
}
