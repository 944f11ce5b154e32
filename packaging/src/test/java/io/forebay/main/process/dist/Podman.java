package io.forebay.main.process.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Podman with storage and configuration of its own in a folder, so that nothing of the machine's is touched. Needs
/// root, since nothing else here may make a container.
record Podman(Path folder) {
    private static final long LIMIT_SECONDS = 300;

    /// Writes the configuration, once a folder.
    void configure() throws IOException {
        Files.writeString(folder.resolve("containers.conf"), """
                [containers]
                default_ulimits = []
                [engine]
                runtime = "runc"
                cgroup_manager = "cgroupfs"
                events_logger = "file"
                """);
        Files.writeString(folder.resolve("storage.conf"), """
                [storage]
                driver = "overlay"
                graphroot = "%1$s/root"
                runroot = "%1$s/run"
                """.formatted(folder));
    }

    static boolean isPossible() {
        return Packages.isRoot() && Packages.hasPrograms(List.of("podman", "runc"));
    }

    /// What a program needs that calls Podman itself.
    Map<String, String> environment() {
        return Map.of(
                "CONTAINERS_CONF", folder.resolve("containers.conf").toString(),
                "CONTAINERS_STORAGE_CONF", folder.resolve("storage.conf").toString());
    }

    /// A call that is to succeed.
    ///
    /// @return what it printed
    String call(String... arguments) {
        Checkout.Finished ended = finished(arguments);
        assertThat(ended.exitCode())
                .as(() -> String.join(" ", arguments) + "\n" + ended.output())
                .isZero();
        return ended.output();
    }

    Checkout.Finished finished(String... arguments) {
        List<String> command = new ArrayList<>(List.of("podman"));
        command.addAll(List.of(arguments));
        return Checkout.run(LIMIT_SECONDS, command, environment());
    }

    void removeEverything() {
        call("rm", "--all", "--force", "--volumes");
        call("volume", "prune", "--force");
        call("rmi", "--all", "--force");
    }
}
