package io.forebay.perf.scenario;

import io.forebay.perf.load.LoadShape;
import io.forebay.perf.measure.Medians;
import io.forebay.perf.peer.ChildProcess;
import io.forebay.perf.peer.GatewayProcess;
import io.forebay.perf.peer.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Five thousand routes, one changed after the other while requests to all of them go on, beside the same load while
/// nothing changes. The next route is changed once the change before is live, which is seen from outside.
final class ChangingRoutes {
    static final int ROUTES = 5_000;
    private static final int CONNECTIONS = 64;
    private static final double RATE = 4_000;
    private static final double WARM_SECONDS = 2;
    private static final int OK = 200;

    private final Bench bench;
    private final GatewayProcess gateway;
    private final int rounds;
    private final double seconds;

    ChangingRoutes(Bench bench, GatewayProcess gateway, int rounds, double seconds) {
        this.bench = bench;
        this.gateway = gateway;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /// @param p99Ratio while routes change, by that at rest: the median of the rounds
    /// @param liveMs how long each change took to be live, from the rename of its file
    record Result(int routes, double p99Ratio, List<Double> liveMs, List<Run> atRest, List<Run> changing) {
        List<String> texts() {
            return List.of(
                    String.format(
                            Locale.ROOT,
                            "%d of %d routes changed under load, none failed; live after %.0f ms (median), %.0f ms (longest)",
                            liveMs.size(),
                            routes,
                            Medians.median(liveMs),
                            Collections.max(liveMs)),
                    String.format(
                            Locale.ROOT,
                            "p99 at %.0f/s: %.2f ms at rest, %.2f ms while routes change",
                            RATE,
                            Medians.median(p99Ms(atRest)),
                            Medians.median(p99Ms(changing))),
                    String.format(Locale.ROOT, "p99 while routes change: ratio to rest: %.2f", p99Ratio));
        }
    }

    private static List<Double> p99Ms(List<Run> runs) {
        return runs.stream().map(run -> run.load().p99Ms()).toList();
    }

    Result run() throws IOException {
        int port = gateway.port(Listener.ROUTES).orElseThrow();
        Path policy = gateway.routesPolicy();
        RouteFiles files = new RouteFiles(policy);
        for (int route = 0; route < ROUTES; route++) {
            files.write(route, 0);
        }
        try (ChildProcess process = gateway.start(port, policy)) {
            bench.warmUp(process, drive(port, 0), gateway.warmUpCpuSeconds());
            RouteChanges unmeasured = new RouteChanges(files, port, 0);
            measure(process, unmeasured, "warm"); // compiling a policy has to be warm too
            RouteChanges changes = new RouteChanges(files, port, unmeasured.generation());
            List<Run> atRest = new ArrayList<>();
            List<Run> changing = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                atRest.add(bench.quiet(process, "at rest " + round + "/" + rounds, () -> drive(port, RATE)));
                changing.add(measure(process, changes, round + "/" + rounds));
            }
            double ratio = Medians.ratio(p99Ms(changing), p99Ms(atRest));
            return new Result(ROUTES, ratio, changes.liveMs(), atRest, changing);
        }
    }

    private Run measure(ChildProcess process, RouteChanges changes, String what) throws IOException {
        int port = gateway.port(Listener.ROUTES).orElseThrow();
        changes.begin();
        try {
            try {
                return bench.quiet(process, "routes change " + what, () -> drive(port, RATE));
            } finally {
                changes.end();
            }
        } catch (IOException e) {
            throw new IOException("while routes change: " + e.getMessage() + process.logTail(), e);
        }
    }

    private Drive drive(int port, double rate) {
        LoadShape shape = LoadShape.varied(ROUTES);
        List<String> headers = List.of("Host: " + RouteFiles.host("{}"));
        return new Drive(
                port, null, null, false, "GET", "/", 0, CONNECTIONS, WARM_SECONDS, seconds, rate, OK, shape, headers);
    }
}
