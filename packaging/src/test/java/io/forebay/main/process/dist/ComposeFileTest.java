package io.forebay.main.process.dist;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The container example says the same twice: as a command, which a test runs, and for compose, which none has here.
class ComposeFileTest {
    private static final Path EXAMPLE = Checkout.root().resolve("examples/container");

    private static Map<?, ?> gateway() throws IOException {
        Load load = new Load(LoadSettings.builder().build());
        Object file = requireNonNull(load.loadFromString(Files.readString(EXAMPLE.resolve("compose.yaml"))));
        return (Map<?, ?>) field(field(file, "services"), "gateway");
    }

    private static Object field(Object mapping, String name) {
        return requireNonNull(((Map<?, ?>) mapping).get(name), name);
    }

    private static Object one(Object list) {
        assertThat((List<?>) list).hasSize(1);
        return ((List<?>) list).getFirst();
    }

    @Test
    void composeFileAndCommandSayTheSame() throws IOException {
        Map<?, ?> gateway = gateway();
        String up = Files.readString(EXAMPLE.resolve("up"));

        assertThat(gateway.keySet().stream().map(Object::toString))
                .containsExactlyInAnyOrder(
                        "image",
                        "network_mode",
                        "read_only",
                        "tmpfs",
                        "cap_drop",
                        "security_opt",
                        "mem_limit",
                        "pids_limit",
                        "stop_grace_period",
                        "restart",
                        "volumes");
        assertThat(up)
                .contains(
                        "IMAGE=" + field(gateway, "image") + "\n",
                        "--network " + field(gateway, "network_mode") + " ",
                        "--tmpfs " + one(field(gateway, "tmpfs")) + " ",
                        "--cap-drop " + one(field(gateway, "cap_drop")) + " ",
                        "--security-opt " + one(field(gateway, "security_opt")) + " ",
                        "--memory " + field(gateway, "mem_limit") + " ",
                        "--pids-limit " + field(gateway, "pids_limit") + " ",
                        "--stop-timeout "
                                + field(gateway, "stop_grace_period").toString().replace("s", "") + " ");
        assertThat(field(gateway, "read_only")).isEqualTo(true);
        assertThat(up).contains("--read-only ");
        List<?> volumes = (List<?>) field(gateway, "volumes");
        assertThat(up)
                .contains(
                        "--volume " + volumes.get(0) + " ",
                        "--volume \"" + volumes.get(1).toString().replace("./policy", "$POLICY") + "\" ");
    }
}
