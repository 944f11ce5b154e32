package io.forebay.main.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The gateway as a process of its own: the same JVM, flags and class path as this one, so that it can be killed by its
/// PID and started again. Its log goes to a file. One start at a time; [#stop] may come from a shutdown hook.
final class GatewayChild {
    private static final String MAIN = "io.forebay.main.Main";
    private static final String READY = "forebay ready";
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Path log;
    private final Process process;
    private final CountDownLatch ready = new CountDownLatch(1);

    private GatewayChild(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /// Starts the gateway and does not wait for it.
    ///
    /// @param flags of the JVM, besides those of this one
    static GatewayChild start(TourFolder folder, int adminPort, List<String> flags) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN, "run"));
        command.addAll(List.of(
                "--data", folder.data().toString(), "--policy", folder.policy().toString()));
        command.addAll(List.of("--admin-port", String.valueOf(adminPort)));
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(folder.log().toFile()))
                .start();
        GatewayChild child = new GatewayChild(folder.log(), process);
        Thread.ofVirtual().name("gateway-output").start(child::follow);
        return child;
    }

    private void follow() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (line.startsWith(READY)) {
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            // The pipe of a killed process breaks; what it had to say is in the log.
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Waits until every listener is open.
    ///
    /// @throws TourFailedException with the end of the log, if the process ended or took too long
    void awaitReady() throws TourFailedException, InterruptedException {
        long endNs = System.nanoTime() + READY_LIMIT.toNanos();
        while (!ready.await(50, TimeUnit.MILLISECONDS)) {
            if (!process.isAlive()) {
                throw new TourFailedException("the gateway ended with exit code " + process.exitValue() + logTail());
            }
            if (System.nanoTime() > endNs) {
                throw new TourFailedException(
                        "the gateway was not ready after " + READY_LIMIT.toSeconds() + " s" + logTail());
            }
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            return "; its log ends:\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
        } catch (IOException e) {
            return "; its log cannot be read: " + e.getMessage();
        }
    }

    long pid() {
        return process.pid();
    }

    /// SIGKILL: no goodbye, no last write.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /// SIGTERM, and SIGKILL if that is not heard in time. Safe to call again.
    void stop() {
        stop(STOP_LIMIT);
    }

    /// The same with more or less patience.
    void stop(Duration limit) {
        // Of the handle: that of the process would close the pipe on which it may still have something to say.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /// Blocks until the process ends.
    int await() throws InterruptedException {
        return process.waitFor();
    }
}
