package io.forebay.perf.peer;

import java.io.IOException;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// nginx from its Debian package, one worker; it cannot check tokens.
public record Nginx(Harness harness, Children children) implements Contender {
    private static final Pattern VERSION = Pattern.compile("nginx/(\\S+)");

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public String version() throws IOException {
        return Program.NGINX.version("-v", VERSION);
    }

    @Override
    public OptionalInt port(Listener listener) {
        return switch (listener) {
            case PLAIN -> OptionalInt.of(22080);
            case TLS -> OptionalInt.of(22043);
            case MTLS -> OptionalInt.of(22044);
            case GRPC -> OptionalInt.of(22083);
            case MTLS_TOKEN, MTLS_TOKEN_ES, ROUTES, SUBMIT, CYCLE, SLOWER -> OptionalInt.empty();
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
        return harness.startNginx(
                children, CORE, "nginx/nginx.conf", name(), port(listener).orElseThrow());
    }
}
