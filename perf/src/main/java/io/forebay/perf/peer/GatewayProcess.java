package io.forebay.perf.peer;

import java.io.IOException;
import java.nio.file.Files;
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
                    case TLS -> 22143;
                    case MTLS -> 22144;
                    case MTLS_TOKEN -> 22145;
                    case SUBMIT -> 22146;
                    case CYCLE -> 22147;
                    case SLOWER -> 22148;
                    case MTLS_TOKEN_ES -> 22149;
                    case GRPC -> 22183;
                    case ROUTES -> 22184;
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
        return start(port(listener).orElseThrow(), policy());
    }

    private Path policy() throws IOException {
        return harness.rendered("forebay/policy/edge.yaml").resolveSibling(".").normalize();
    }

    /// A policy folder with a listener for `Listener.ROUTES` and no route, anew.
    public Path routesPolicy() throws IOException {
        Path folder = harness.folder("run/forebay/routes");
        harness.empty(Files.createDirectories(folder));
        harness.rendered("forebay/routes/listener.yaml");
        return folder;
    }

    /// Starts it with another policy.
    ///
    /// @param port a listener's of that policy
    public ChildProcess start(int port, Path policy) throws IOException {
        harness.empty(data());
        List<String> command = List.of(
                script().toString(),
                "run",
                "--data",
                data().toString(),
                "--policy",
                policy.toString(),
                "--set",
                "loops=1");
        return harness.start(children, CORE, command, name(), port, Duration.ofSeconds(60));
    }
}
