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
            case TLS -> OptionalInt.of(22043);
            case MTLS -> OptionalInt.of(22044);
            case MTLS_TOKEN -> OptionalInt.of(22045);
            case MTLS_TOKEN_ES -> OptionalInt.of(22047);
            case GRPC -> OptionalInt.of(22083);
            case ROUTES, SUBMIT, CYCLE, SLOWER -> OptionalInt.empty();
        };
    }

    /// Its configuration says `maxconn 9900`.
    @Override
    public int connectionsMax() {
        return 9_800;
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
