package io.forebay.perf.scenario;

import io.forebay.perf.measure.Medians;
import io.forebay.perf.measure.SyncProbe;
import io.forebay.perf.peer.ChildProcess;
import io.forebay.perf.peer.GatewayProcess;
import io.forebay.perf.peer.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// Jobs accepted durably per second, beside what the disk below can sync: before each run the probe measures the folder
/// the gateway stores in, while the gateway has nothing to do.
final class DurableSubmit {
    private static final List<Integer> IN_FLIGHT = List.of(1, 16, 256);
    static final int BODY_BYTES = 1024;
    /// Where the origin answers a POST, so that jobs end well while more of them come.
    private static final String JOB_PATH = "/post";

    private static final int ACCEPTED = 202;
    private static final double WARM_SECONDS = 1;
    private static final double WARM_DEPTH_SECONDS = 8;
    private static final Duration PROBE = Duration.ofSeconds(1);

    private final Bench bench;
    private final GatewayProcess gateway;
    private final int rounds;
    private final double seconds;

    DurableSubmit(Bench bench, GatewayProcess gateway, int rounds, double seconds) {
        this.bench = bench;
        this.gateway = gateway;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /// What one number of requests in flight reached.
    ///
    /// @param ratioToSync requests per second by syncs per second, pair by pair
    record Depth(int inFlight, Figures figures, double ratioToSync, List<Run> runs, List<SyncProbe.Latencies> probes) {}

    record Result(String name, String version, List<Depth> depths) {

        /// One line of output for each depth, and the disk's.
        List<Object> lines() {
            List<Object> lines = new ArrayList<>();
            for (Depth depth : depths) {
                lines.add(Submits.of(name, version, depth));
            }
            lines.add(Syncs.of(
                    depths.stream().flatMap(depth -> depth.probes().stream()).toList()));
            return lines;
        }

        /// The ratio at one request in flight, which no batching can help.
        String ratioText() {
            return String.format(
                    Locale.ROOT, "ratio to fdatasync: %.2f", depths.getFirst().ratioToSync());
        }
    }

    Result run() throws IOException {
        try (ChildProcess process = gateway.start(Listener.SUBMIT)) {
            bench.warmUp(process, drive(IN_FLIGHT.getLast()), gateway.warmUpCpuSeconds());
            List<Depth> depths = new ArrayList<>();
            for (int inFlight : IN_FLIGHT) {
                depths.add(measure(process, inFlight));
            }
            return new Result(gateway.name(), gateway.version(), depths);
        }
    }

    private Depth measure(ChildProcess process, int inFlight) throws IOException {
        List<Run> runs = new ArrayList<>();
        List<SyncProbe.Latencies> probes = new ArrayList<>();
        // What was compiled under another depth is compiled anew under this one.
        bench.run(process, drive(inFlight).lasting(0, WARM_DEPTH_SECONDS));
        for (int round = 1; round <= rounds; round++) {
            SyncProbe.Latencies probe = SyncProbe.measure(probeFolder(), PROBE);
            bench.progress()
                    .printf(
                            Locale.ROOT,
                            "fdatasync: %.0f/s, p50 %.3f ms, p99 %.3f ms%n",
                            probe.syncsPerSecond(),
                            probe.p50Ms(),
                            probe.p99Ms());
            probes.add(probe);
            String what = gateway.name() + " " + inFlight + " in flight " + round + "/" + rounds;
            runs.add(bench.quiet(process, what, () -> drive(inFlight)));
        }
        List<Double> submits =
                runs.stream().map(run -> run.load().requestsPerSecond()).toList();
        List<Double> syncs =
                probes.stream().map(SyncProbe.Latencies::syncsPerSecond).toList();
        // Cores wait for the disk here: a core that is not busy says nothing about the generator.
        Figures figures = Figures.of(Line.CONSTANT, runs);
        return new Depth(inFlight, figures, Medians.ratio(submits, syncs), runs, probes);
    }

    /// Beside the store's own files, on the same file system.
    private Path probeFolder() throws IOException {
        return Files.createDirectories(gateway.data());
    }

    private Drive drive(int inFlight) {
        return new Drive(
                gateway.port(Listener.SUBMIT).orElseThrow(),
                null,
                null,
                false,
                "POST",
                JOB_PATH,
                BODY_BYTES,
                inFlight,
                WARM_SECONDS,
                seconds,
                0,
                ACCEPTED);
    }

    /// What is printed for a depth.
    record Submits(
            String name,
            String version,
            int inFlight,
            double requestsPerCpuSecond,
            double requestsPerSecond,
            double p50Ms,
            double p99Ms,
            double rssMiB,
            double foreignShare,
            double ratioToSync,
            List<String> labels) {

        static Submits of(String name, String version, Depth depth) {
            Figures figures = depth.figures();
            return new Submits(
                    name,
                    version,
                    depth.inFlight(),
                    figures.requestsPerCpuSecond(),
                    figures.requestsPerSecond(),
                    figures.p50Ms(),
                    figures.p99Ms(),
                    figures.rssMiB(),
                    figures.foreignShare(),
                    depth.ratioToSync(),
                    figures.labels());
        }
    }

    /// What is printed for the disk: medians of the probes.
    record Syncs(String name, double syncsPerSecond, double p50Ms, double p90Ms, double p99Ms, double maxMs) {

        static Syncs of(List<SyncProbe.Latencies> probes) {
            return new Syncs(
                    "fdatasync",
                    median(probes, SyncProbe.Latencies::syncsPerSecond),
                    median(probes, SyncProbe.Latencies::p50Ms),
                    median(probes, SyncProbe.Latencies::p90Ms),
                    median(probes, SyncProbe.Latencies::p99Ms),
                    probes.stream()
                            .mapToDouble(SyncProbe.Latencies::maxMs)
                            .max()
                            .orElse(0));
        }

        private static double median(List<SyncProbe.Latencies> probes, Function<SyncProbe.Latencies, Double> figure) {
            return Medians.median(probes.stream().map(figure).toList());
        }
    }
}
