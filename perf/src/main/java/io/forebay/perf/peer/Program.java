package io.forebay.perf.peer;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A command of the system, the Debian package it comes in, and short runs of it.
public enum Program {
    HAPROXY("haproxy", "haproxy"),
    NGINX("nginx", "nginx"),
    CADDY("caddy", "caddy"),
    MAVEN("mvn", "maven"),
    OPENSSL("openssl", "openssl"),
    EPMD("epmd", "erlang-base"),
    RABBITMQ("rabbitmq-server", "rabbitmq-server"),
    REDIS("redis-server", "redis-server"),
    PYTHON("python3", "python3"),
    TASKSET("taskset", "util-linux");

    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");
    private static final Duration RUN_MAX = Duration.ofMinutes(1);

    private final String command;
    private final String debianPackage;

    Program(String command, String debianPackage) {
        this.command = command;
        this.debianPackage = debianPackage;
    }

    public String debianPackage() {
        return debianPackage;
    }

    /// Where it is: on PATH, or where Debian keeps daemons.
    public Optional<Path> find() {
        String path = System.getenv().getOrDefault("PATH", "");
        // What Debian puts on PATH of RabbitMQ changes to a user of its own.
        return Stream.of(
                        Stream.of("/usr/lib/rabbitmq/bin"),
                        Stream.of(path.split(File.pathSeparator, -1)),
                        SYSTEM_FOLDERS.stream())
                .flatMap(folders -> folders)
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Where it is, for those who cannot do without.
    ///
    /// @throws IOException when it is not installed
    public String path() throws IOException {
        return find().orElseThrow(
                        () -> new IOException(command + " is not installed (Debian package " + debianPackage + ")"))
                .toString();
    }

    /// What it says its version is.
    ///
    /// @param option makes it say so
    /// @param version its first group is the version
    public String version(String option, Pattern version) throws IOException {
        Matcher matcher = version.matcher(run(new ProcessBuilder(path(), option)));
        return matcher.find() ? matcher.group(1) : "unknown";
    }

    /// Runs a short command and returns all it wrote.
    ///
    /// @throws IOException when it fails or takes longer than a minute
    public static String run(ProcessBuilder builder) throws IOException {
        return run(builder, RUN_MAX);
    }

    /// The same for a command that may take longer.
    static String run(ProcessBuilder builder, Duration most) throws IOException {
        Process process = builder.redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", builder.command()) + " failed: " + output.strip());
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
