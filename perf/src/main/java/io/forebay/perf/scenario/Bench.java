package io.forebay.perf.scenario;

import io.forebay.perf.load.LoadResult;
import io.forebay.perf.measure.CpuWindow;
import io.forebay.perf.measure.ProcFiles;
import io.forebay.perf.peer.ChildProcess;
import io.forebay.perf.peer.Children;
import io.forebay.perf.peer.Contender;
import io.forebay.perf.peer.Harness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Runs the generator against a running contender and reads the clocks of its core when the measured window begins and
/// ends, and its memory while connections are held.
///
/// @param progress told what is under way, for whoever waits
public record Bench(Harness harness, Children children, ProcFiles proc, PrintStream progress) {
    private static final int RETRIES_MAX = 5;
    private static final double NOT_HELD = -1;
    private static final double WARM_STEP_MIN_SECONDS = 1;
    /// On a machine this disturbed nothing should be measured.
    private static final long WARM_MAX_NS = 180_000_000_000L;

    /// One run; void runs are errors.
    ///
    /// @throws IOException when a request failed or was answered with another status than expected
    Run run(ChildProcess contender, Driver drive) throws IOException {
        try (ChildProcess generator =
                ChildProcess.read(children, Contender.LOAD_CORE, command(drive), harness.log("generator"))) {
            CpuWindow begin = null;
            CpuWindow end = null;
            double heldMiB = NOT_HELD;
            LoadResult result = null;
            BufferedReader output = generator.output();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                switch (line) {
                    case "begin" -> begin = window(contender);
                    case "end" -> end = window(contender);
                    case "hold" -> heldMiB = proc.rssMiB(contender.pid());
                    default -> result = JsonMapper.shared().readValue(line, LoadResult.class);
                }
            }
            Run run = checked(generator, contender, drive, begin, end, result);
            return heldMiB == NOT_HELD ? run : new Run(run.load(), run.cpu(), heldMiB);
        }
    }

    private CpuWindow window(ChildProcess contender) throws IOException {
        return CpuWindow.read(proc, contender.pid(), Contender.CORE, System.nanoTime());
    }

    private Run checked(
            ChildProcess generator,
            ChildProcess contender,
            Driver drive,
            @Nullable CpuWindow begin,
            @Nullable CpuWindow end,
            @Nullable LoadResult result)
            throws IOException {
        int exit = generator.await(Duration.ofSeconds(10));
        if (result != null && result.faults(drive.expectedStatus()) > 0) {
            throw new IOException("void: " + result.faults(drive.expectedStatus()) + " requests without a "
                    + drive.expectedStatus() + "; statuses " + result.statuses() + ", errors " + result.errors() + " "
                    + result.firstError());
        }
        if (result != null && result.requests() == 0) {
            throw new IOException("void: no request was answered in the measured window" + contender.logTail());
        }
        if (exit != 0 || begin == null || end == null || result == null) {
            throw new IOException("the generator ended with exit code " + exit + generator.logTail());
        }
        return new Run(result, begin.until(end), proc.rssMiB(contender.pid()));
    }

    private static List<String> command(Driver drive) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                // No run fills the young generation: what it would be paused for would be the contender's latency.
                "-Xms768m",
                "-Xmn600m",
                "-Xmx1536m",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                drive.main().getName()));
        command.addAll(drive.options());
        return command;
    }

    /// Loads the contender until it has used `cpuSeconds` since it was started: JIT compilers are warm by their
    /// own work, not by the clock on the wall.
    void warmUp(ChildProcess contender, Driver drive, double cpuSeconds) throws IOException {
        double startedAt = proc.cpuSeconds(contender.pid());
        double left = cpuSeconds;
        long untilNs = System.nanoTime() + WARM_MAX_NS;
        while (left > 0 && System.nanoTime() < untilNs) {
            run(contender, drive.lasting(0, Math.max(WARM_STEP_MIN_SECONDS, left)));
            left = startedAt + cpuSeconds - proc.cpuSeconds(contender.pid());
        }
        if (left > 0) {
            throw new IOException(
                    String.format(Locale.ROOT, "not warm: %.1f CPU seconds short of %.1f", left, cpuSeconds));
        }
    }

    /// A source of drives: each repetition may need other tokens.
    interface Drives {
        Driver next() throws IOException;
    }

    /// A run in which others had at most 15 % of the core; after five disturbed ones more, the least disturbed.
    Run quiet(ChildProcess contender, String what, Drives drives) throws IOException {
        Run best = run(contender, drives.next());
        report(what, best);
        for (int retry = 0; best.isNoisy() && retry < RETRIES_MAX; retry++) {
            Run again = run(contender, drives.next());
            report(what + ", again", again);
            best = again.cpu().foreignShare() < best.cpu().foreignShare() ? again : best;
        }
        return best;
    }

    private void report(String what, Run run) {
        progress.printf(
                Locale.ROOT,
                "%s: %.0f/s, %.0f per CPU second, p99 %.2f ms, core %.0f %% busy, others %.1f %%, generator %.0f %%%n",
                what,
                run.load().requestsPerSecond(),
                run.requestsPerCpuSecond(),
                run.load().p99Ms(),
                100 * run.cpu().coreBusy(),
                100 * run.cpu().foreignShare(),
                100 * run.load().cpuShare());
    }
}
