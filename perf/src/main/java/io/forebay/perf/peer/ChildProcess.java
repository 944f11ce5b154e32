package io.forebay.perf.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process we started, pinned to a core, and the one way to end it. Its output goes to a log, or is read by us.
/// `Children` ends those that are still there when this JVM ends, whatever the reason (but for SIGKILL).
public final class ChildProcess implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 200;
    private static final int POLL_MS = 20;
    private static final int LOG_TAIL_LINES = 20;

    private final Process process;
    private final Children children;
    private final Path log;

    private ChildProcess(Process process, Children children, Path log) {
        this.process = process;
        this.children = children;
        this.log = log;
    }

    /// Starts `command` with both outputs in `log`.
    public static ChildProcess logged(Children children, int core, List<String> command, Path log) throws IOException {
        ProcessBuilder builder = pinned(core, command).redirectErrorStream(true).redirectOutput(log.toFile());
        return children.start(builder, process -> new ChildProcess(process, children, log));
    }

    /// Starts `command` with its standard output left to `output`, the other in `log`.
    public static ChildProcess read(Children children, int core, List<String> command, Path log) throws IOException {
        ProcessBuilder builder = pinned(core, command).redirectError(log.toFile());
        return children.start(builder, process -> new ChildProcess(process, children, log));
    }

    private static ProcessBuilder pinned(int core, List<String> command) {
        List<String> line = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        line.addAll(command);
        return new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public BufferedReader output() {
        return process.inputReader(StandardCharsets.UTF_8);
    }

    /// Waits for the end of the process and returns its exit code.
    public int await(Duration most) throws IOException {
        try {
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("still running after " + most.toSeconds() + " s" + logTail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return process.exitValue();
    }

    /// Returns when `port` on loopback accepts a connection.
    public void awaitPort(int port, Duration most) throws IOException {
        long untilNs = System.nanoTime() + most.toNanos();
        while (!accepts(port)) {
            if (isOver(POLL_MS)) {
                throw new IOException("ended with exit code " + process.exitValue() + " before port " + port
                        + " was open" + logTail());
            }
            if (System.nanoTime() > untilNs) {
                throw new IOException("port " + port + " not open after " + most.toSeconds() + " s" + logTail());
            }
        }
    }

    /// Whether something listens on `port` of loopback.
    public static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isOver(int waitMs) throws IOException {
        try {
            return process.waitFor(waitMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// The last lines of the log, ready to follow a message.
    public String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            int from = Math.max(0, lines.size() - LOG_TAIL_LINES);
            return lines.isEmpty() ? "" : "; it wrote:\n" + String.join("\n", lines.subList(from, lines.size()));
        } catch (IOException e) {
            return "; no log at " + log;
        }
    }

    /// Ends the process and its descendants: politely, then not.
    @Override
    public void close() {
        children.stop(process);
    }
}
