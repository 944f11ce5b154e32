package io.forebay.perf.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// HAProxy from its Debian package, one thread.
public record Haproxy(Harness harness, Children children) implements Contender {
    private static final Pattern VERSION = Pattern.compile("version (\\S+)");

    @Override
    public String name() {
        return "haproxy";
    }

    @Override
    public String version() throws IOException {
        return Program.HAPROXY.version("-v", VERSION);
    }

    @Override
    public OptionalInt port(Listener listener) {
        return switch (listener) {
            case PLAIN -> OptionalInt.of(22080);
            case MTLS -> OptionalInt.of(22044);
            case MTLS_TOKEN -> OptionalInt.of(22045);
            case SUBMIT, CYCLE, SLOWER -> OptionalInt.empty();
        };
    }

    @Override
    public double warmUpCpuSeconds() {
        return 1;
    }

    @Override
    public boolean isStaying() {
        return false;
    }

    @Override
    public ChildProcess start(Listener listener) throws IOException {
        List<String> command = List.of(
                Program.HAPROXY.path(),
                "-db",
                "-f",
                harness.rendered("haproxy/haproxy.cfg").toString());
        int port = port(listener).orElseThrow();
        return harness.start(children, CORE, command, name(), port, Duration.ofSeconds(10));
    }
}
