package io.forebay.perf.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// Redis from its Debian package, every write synced (`appendfsync always`).
public record Redis(Harness harness, Children children) implements Broker {
    private static final Pattern VERSION = Pattern.compile("v=(\\S+)");

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String version() throws IOException {
        return Program.REDIS.version("--version", VERSION);
    }

    @Override
    public int port() {
        return 22079;
    }

    @Override
    public List<Program> programs() {
        return List.of(Program.REDIS);
    }

    @Override
    public ChildProcess start() throws IOException {
        harness.empty(Files.createDirectories(harness.folder("redis")));
        List<String> command = List.of(
                Program.REDIS.path(), harness.rendered("redis/redis.conf").toString());
        return harness.start(children, Contender.CORE, command, name(), port(), Duration.ofSeconds(10));
    }
}
