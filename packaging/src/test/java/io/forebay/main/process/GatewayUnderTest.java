package io.forebay.main.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The packaged gateway as a process, with a data and a policy folder below one folder of the test. Paranoid leak
/// detection is on, and [#close] fails if the log of any start reports a leak. Killed by its PID alone.
public final class GatewayUnderTest implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final long POLL_MS = 10;
    private static final String ADMIN_PORT = "--admin-port";

    private final Path folder;
    private final Map<String, String> environment;
    private final List<String> options;
    private Process process;
    private int starts;

    private GatewayUnderTest(Path folder, Map<String, String> environment, List<String> options) throws IOException {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
        this.options = List.copyOf(options);
        this.process = launch();
    }

    /// Starts with the policy files that [#policyFile] has written below the folder, and waits until it is ready.
    public static GatewayUnderTest start(Path folder, String... options) throws IOException, InterruptedException {
        return start(folder, Map.of(), options);
    }

    /// The same with more in its environment.
    static GatewayUnderTest start(Path folder, Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        GatewayUnderTest gateway = new GatewayUnderTest(folder, environment, List.of(options));
        gateway.awaitReady();
        return gateway;
    }

    /// A port that was free a moment ago.
    public static int freePort() throws IOException {
        return TestPorts.next();
    }

    /// Writes a policy file whole, by rename.
    public static void policyFile(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve("policy").resolve(name);
        Files.createDirectories(file.getParent());
        Path whole = file.resolveSibling("." + name + ".new");
        Files.writeString(whole, text);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Process launch(String... more) throws IOException {
        starts++;
        List<String> arguments = new ArrayList<>(List.of("run", "--data", data().toString()));
        arguments.addAll(List.of("--policy", folder.resolve("policy").toString()));
        if (!options.contains(ADMIN_PORT)) {
            arguments.addAll(List.of(ADMIN_PORT, "0"));
        }
        arguments.addAll(options);
        arguments.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(Checkout.java(arguments.toArray(String[]::new)));
        builder.environment().putAll(environment);
        return builder.redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out().toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                .start();
    }

    private Path out() {
        return folder.resolve("gateway-" + starts + ".out");
    }

    private Path logFile() {
        return folder.resolve("gateway.log");
    }

    public Path data() {
        return folder.resolve("data");
    }

    /// Everything the process logged, over all its starts.
    public String log() {
        return Checkout.text(logFile());
    }

    private void awaitReady() throws InterruptedException {
        long endNs = System.nanoTime() + READY_LIMIT.toNanos();
        while (!Checkout.text(out()).contains("forebay ready")) {
            if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the gateway ended with exit code " + process.exitValue() + "\n" + log());
            }
            if (System.nanoTime() > endNs) {
                process.destroyForcibly();
                throw new AssertionError("the gateway was not ready after " + READY_LIMIT + "\n" + log());
            }
        }
    }

    public long pid() {
        return process.pid();
    }

    /// SIGSTOP: it does nothing any more, and holds what it holds.
    void freeze() throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", "-STOP", Long.toString(pid())).start().waitFor() != 0) {
            throw new AssertionError("the gateway could not be stopped");
        }
    }

    /// SIGKILL.
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /// Starts again after [#kill] or [#stop].
    public void restart() throws IOException, InterruptedException {
        process = launch();
        awaitReady();
    }

    /// Starts a process that takes over from the running one, and waits until that has ended.
    ///
    /// @return the exit code of the one that has ended
    public int takeOver() throws IOException, InterruptedException {
        Process leaving = process;
        process = launch("--take-over");
        awaitReady();
        if (!leaving.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            leaving.destroyForcibly();
            throw new AssertionError("the gateway did not end " + STOP_LIMIT + " after the take-over\n" + log());
        }
        return leaving.exitValue();
    }

    /// SIGTERM.
    ///
    /// @return the exit code
    public int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the gateway did not end " + STOP_LIMIT + " after SIGTERM\n" + log());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                stop();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        failOnLeaks(log());
    }

    /// Netty's report of a buffer that was not released says `LEAK:`.
    static void failOnLeaks(String log) {
        List<String> leaks = log.lines().filter(line -> line.contains("LEAK:")).toList();
        if (!leaks.isEmpty()) {
            throw new AssertionError("buffers leaked:\n" + String.join("\n", leaks));
        }
    }

    /// Every file below a folder.
    static List<Path> files(Path folder) {
        try (var tree = Files.walk(folder)) {
            return tree.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
