package io.forebay.perf.scenario;

import io.forebay.perf.measure.Medians;
import io.forebay.perf.peer.Broker;
import io.forebay.perf.peer.ChildProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What brokers confirm durably per second, at the same size and the same numbers in flight as the submits of the same
/// run.
final class BrokerSubmits {
    private static final double WARM_SECONDS = 5;

    private final Bench bench;
    private final int rounds;
    private final double seconds;

    BrokerSubmits(Bench bench, int rounds, double seconds) {
        this.bench = bench;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /// @param ratio our submits by its confirms, both per second
    record Depth(int inFlight, Figures figures, double ratio, List<Run> runs) {}

    record Result(String name, String version, List<Depth> depths) {
        /// One line of output for each depth.
        List<String> lines() {
            return depths.stream()
                    .map(depth -> String.format(
                            Locale.ROOT,
                            "%s %s, %d in flight: %.0f confirmed a second, p99 %.2f ms, client %.0f %% of a core; ratio to %s: %.2f",
                            name,
                            version,
                            depth.inFlight(),
                            depth.figures().requestsPerSecond(),
                            depth.figures().p99Ms(),
                            100 * depth.figures().generatorCpuShare(),
                            name,
                            depth.ratio()))
                    .toList();
        }
    }

    /// Beside what the gateway did.
    Result run(Broker broker, DurableSubmit.Result ours) throws IOException {
        try (ChildProcess process = broker.start()) {
            List<Depth> depths = new ArrayList<>();
            for (DurableSubmit.Depth depth : ours.depths()) {
                depths.add(measure(broker, process, depth));
            }
            return new Result(broker.name(), broker.version(), depths);
        }
    }

    private Depth measure(Broker broker, ChildProcess process, DurableSubmit.Depth ours) throws IOException {
        BrokerDrive drive = new BrokerDrive(
                broker.name(), broker.port(), DurableSubmit.BODY_BYTES, ours.inFlight(), WARM_SECONDS, seconds);
        List<Run> runs = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            String what = broker.name() + " " + ours.inFlight() + " in flight " + round + "/" + rounds;
            runs.add(bench.quiet(process, what, () -> drive));
        }
        double ratio = Medians.ratio(perSecond(ours.runs()), perSecond(runs));
        return new Depth(ours.inFlight(), Figures.of(Line.CONSTANT, runs), ratio, runs);
    }

    private static List<Double> perSecond(List<Run> runs) {
        return runs.stream().map(run -> run.load().requestsPerSecond()).toList();
    }
}
