package io.forebay.perf.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// A proxy on a framework of the JVM, as `peers/<name>` has it: a Maven project of its own, built by Maven in the
/// scratch folder the first time and whenever its files change, so that nothing of it is on the gateway's class
/// path. It is given the port to listen on and the origin's.
public record JvmProxy(Harness harness, Children children, Framework framework) implements Contender {
    private static final String BUILT = "built-from";

    /// Which framework.
    public enum Framework {
        VERTX("vertx", 22190, "io.forebay.peer.VertxProxy", "vertx-http-proxy"),
        SPRING_CLOUD_GATEWAY(
                "spring-cloud-gateway", 22191, "io.forebay.peer.GatewayProxy", "spring-cloud-gateway-server-webflux");

        private final String id;
        private final int port;
        private final String main;
        private final String artifact;

        Framework(String id, int port, String main, String artifact) {
            this.id = id;
            this.port = port;
            this.main = main;
            this.artifact = artifact;
        }
    }

    @Override
    public String name() {
        return framework.id;
    }

    /// That of the framework's proxy, which the name of its file ends with.
    @Override
    public String version() throws IOException {
        try (Stream<Path> jars = Files.list(built().resolve("target/dependency"))) {
            return jars.map(jar -> jar.getFileName().toString())
                    .filter(jar -> jar.startsWith(framework.artifact + "-"))
                    .map(jar -> jar.substring(framework.artifact.length() + 1, jar.length() - ".jar".length()))
                    .findFirst()
                    .orElse("unknown");
        }
    }

    @Override
    public OptionalInt port(Listener listener) {
        return listener == Listener.PLAIN ? OptionalInt.of(framework.port) : OptionalInt.empty();
    }

    @Override
    public double warmUpCpuSeconds() {
        return 20;
    }

    @Override
    public boolean isStaying() {
        return true;
    }

    @Override
    public boolean isPaced() {
        return false;
    }

    @Override
    public List<Program> programs() {
        return List.of(Program.MAVEN);
    }

    @Override
    public void prepare() throws IOException {
        built();
    }

    @Override
    public ChildProcess start(Listener listener) throws IOException {
        Path project = built();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms256m",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                project.resolve("target/classes") + ":" + project.resolve("target/dependency") + "/*",
                framework.main,
                Integer.toString(framework.port),
                Integer.toString(Harness.ORIGIN_PORT));
        return harness.start(children, CORE, command, name(), framework.port, Duration.ofSeconds(60));
    }

    /// The project's folder in the scratch folder, built.
    private Path built() throws IOException {
        Path source = harness.peer(framework.id);
        Path project = harness.folder("peers").resolve(framework.id);
        List<Path> files = files(source);
        StringBuilder contents = new StringBuilder();
        for (Path file : files) {
            contents.append(source.relativize(file)).append('\n').append(Files.readString(file));
        }
        Path mark = project.resolve(BUILT);
        if (Files.exists(mark) && Files.readString(mark).contentEquals(contents)) {
            return project;
        }
        harness.empty(Files.createDirectories(project));
        for (Path file : files) {
            Path copy = project.resolve(source.relativize(file).toString());
            Files.createDirectories(copy.resolveSibling(".").normalize());
            Files.copy(file, copy);
        }
        List<String> command = new ArrayList<>(List.of(Program.MAVEN.path(), "--batch-mode", "--quiet", "--file"));
        command.addAll(List.of(project.resolve("pom.xml").toString(), "compile", "dependency:copy-dependencies"));
        ProcessBuilder maven = new ProcessBuilder(command);
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Program.run(maven, Duration.ofMinutes(10));
        Files.writeString(mark, contents);
        return project;
    }

    private static List<Path> files(Path source) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
