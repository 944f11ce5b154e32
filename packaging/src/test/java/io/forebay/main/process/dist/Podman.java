package io.forebay.main.process.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.main.process.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

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

    /// Runs a command of an image with a read-only root and without capabilities, on this machine's network.
    String run(String image, List<String> options, String... command) {
        List<String> arguments = new ArrayList<>(List.of("run", "--network=host", "--ulimit=host", "--read-only"));
        arguments.addAll(List.of("--tmpfs=/tmp", "--cap-drop=ALL"));
        arguments.addAll(options);
        arguments.add(image);
        arguments.addAll(List.of(command));
        return call(arguments.toArray(String[]::new));
    }

    /// Until the gateway in a container says that it is ready.
    void awaitReady(String container) {
        await().atMost(60, TimeUnit.SECONDS).until(() -> call("logs", container).contains("forebay ready"));
    }

    void removeEverything() {
        call("rm", "--all", "--force", "--volumes");
        call("volume", "prune", "--force");
        call("rmi", "--all", "--force");
    }
}
