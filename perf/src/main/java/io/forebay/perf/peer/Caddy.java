package io.forebay.perf.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Caddy from its Debian package, on one core.
public record Caddy(Harness harness, Children children) implements Contender {
    private static final Pattern VERSION = Pattern.compile("v?(\\d[\\w.~-]*)");

    @Override
    public String name() {
        return "caddy";
    }

    @Override
    public String version() throws IOException {
        return Program.CADDY.version("version", VERSION);
    }

    @Override
    public OptionalInt port(Listener listener) {
        return switch (listener) {
            case PLAIN -> OptionalInt.of(22080);
            case TLS -> OptionalInt.of(22043);
            case GRPC -> OptionalInt.of(22083);
            // Where it asks for certificates it answers 421 to who names no server in the handshake, as we do not.
            case MTLS, MTLS_TOKEN, MTLS_TOKEN_ES, ROUTES, SUBMIT, CYCLE, SLOWER -> OptionalInt.empty();
        };
    }

    @Override
    public double warmUpCpuSeconds() {
        return 2;
    }

    @Override
    public boolean isStaying() {
        return false;
    }

    @Override
    public boolean isPaced() {
        return false;
    }

    @Override
    public List<Program> programs() {
        return List.of(Program.CADDY);
    }

    @Override
    public ChildProcess start(Listener listener) throws IOException {
        String home = Files.createDirectories(harness.folder("run/caddy")).toString();
        List<String> command = List.of(
                "env",
                "HOME=" + home,
                "XDG_DATA_HOME=" + home,
                "XDG_CONFIG_HOME=" + home,
                Program.CADDY.path(),
                "run",
                "--adapter",
                "caddyfile",
                "--config",
                harness.rendered("caddy/Caddyfile").toString());
        return harness.start(children, CORE, command, name(), port(listener).orElseThrow(), Duration.ofSeconds(20));
    }
}
