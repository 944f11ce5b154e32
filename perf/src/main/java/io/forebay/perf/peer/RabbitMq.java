package io.forebay.perf.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// RabbitMQ from its Debian package, one node without a name service of the machine's: its own `epmd` ends with it.
public record RabbitMq(Harness harness, Children children) implements Broker {
    private static final int EPMD_PORT = 22069;
    private static final int DISTRIBUTION_PORT = 22073;

    @Override
    public String name() {
        return "rabbitmq";
    }

    @Override
    public String version() throws IOException {
        String output =
                Program.run(new ProcessBuilder("dpkg-query", "--show", "--showformat=${Version}", "rabbitmq-server"));
        return output.strip();
    }

    @Override
    public int port() {
        return 22072;
    }

    @Override
    public List<Program> programs() {
        return List.of(Program.RABBITMQ, Program.EPMD);
    }

    @Override
    public ChildProcess start() throws IOException {
        Path folder = Files.createDirectories(harness.folder("rabbitmq"));
        harness.empty(folder);
        List<String> epmd = List.of(Program.EPMD.path(), "-address", "127.0.0.1", "-port", Integer.toString(EPMD_PORT));
        // Whoever ends the harness ends it too; started before, so that the node does not start one that stays.
        ChildProcess names =
                harness.start(children, Contender.LOAD_CORE, epmd, "epmd", EPMD_PORT, Duration.ofSeconds(10));
        String configuration = harness.rendered("rabbitmq/rabbitmq.conf").toString();
        List<String> command = List.of(
                "env",
                "HOME=" + folder,
                "ERL_EPMD_PORT=" + EPMD_PORT,
                "RABBITMQ_NODENAME=perf@localhost",
                "RABBITMQ_DIST_PORT=" + DISTRIBUTION_PORT,
                "RABBITMQ_MNESIA_BASE=" + folder.resolve("mnesia"),
                "RABBITMQ_LOG_BASE=" + folder.resolve("log"),
                "RABBITMQ_ENABLED_PLUGINS_FILE=" + folder.resolve("plugins"),
                "RABBITMQ_PID_FILE=" + folder.resolve("pid"),
                "RABBITMQ_FEATURE_FLAGS_FILE=" + folder.resolve("feature_flags"),
                "ERL_CRASH_DUMP=" + folder.resolve("crash.dump"),
                "RABBITMQ_CONFIG_FILE=" + configuration,
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}",
                Program.RABBITMQ.path());
        try {
            return harness.start(children, Contender.CORE, command, name(), port(), Duration.ofSeconds(60));
        } catch (IOException e) {
            names.close();
            throw e;
        }
    }
}
