package io.forebay.perf.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/// The gateway as it is shipped, one loop: `forebay run` on a data folder of its own. How it is started stands here
/// alone.
public record GatewayProcess(Harness harness, Children children) implements Contender {

    @Override
    public String name() {
        return "forebay";
    }

    @Override
    public String version() throws IOException {
        String output = Program.run(new ProcessBuilder(script().toString(), "version"));
        return output.strip().lines().reduce("unknown", (earlier, line) -> line).replaceFirst("^forebay ", "");
    }

    private Path script() {
        return harness.repository().resolve("forebay");
    }

    /// Where the gateway keeps what it stores; durability is measured on this disk.
    public Path data() {
        return harness.folder("data");
    }

    @Override
    public OptionalInt port(Listener listener) {
        return OptionalInt.of(
                switch (listener) {
                    case PLAIN -> 22180;
                    case MTLS -> 22144;
                    case MTLS_TOKEN -> 22145;
                    case SUBMIT -> 22146;
                    case CYCLE -> 22147;
                    case SLOWER -> 22148;
                });
    }

    @Override
    public double warmUpCpuSeconds() {
        return 15;
    }

    @Override
    public boolean isStaying() {
        return true;
    }

    @Override
    public ChildProcess start(Listener listener) throws IOException {
        harness.empty(data());
        Path policy = harness.rendered("forebay/policy/edge.yaml").getParent();
        List<String> command = List.of(
                script().toString(),
                "run",
                "--data",
                data().toString(),
                "--policy",
                String.valueOf(policy),
                "--set",
                "loops=1");
        return harness.start(children, CORE, command, name(), port(listener).orElseThrow(), Duration.ofSeconds(60));
    }
}
