package io.forebay.perf.scenario;

import io.forebay.perf.load.SlowOrigin;
import io.forebay.perf.measure.Medians;
import io.forebay.perf.peer.ChildProcess;
import io.forebay.perf.peer.Contender;
import io.forebay.perf.peer.GatewayProcess;
import io.forebay.perf.peer.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What it costs that a call may become a job while it runs. A fast call on such a route is measured beside the same
/// call on a route without the policy, in one gateway, one after the other. The 202 of a slow call is due once the
/// policy's 100 ms are over and its job is on disk; what it takes beyond that is measured against submits at the same
/// rate.
final class HandOverCost {
    private static final int SLOWER_THAN_MS = 100;
    private static final int ORIGIN_PORT = 21_001;
    private static final int ORIGIN_DELAY_MS = 300;
    private static final int CONNECTIONS = 64;
    private static final double RATE = 200;
    private static final double WARM_SECONDS = 2;
    private static final double WARM_SUBMIT_SECONDS = 8;
    private static final double WARM_HAND_OVER_SECONDS = 20;

    private final Bench bench;
    private final GatewayProcess gateway;
    private final int rounds;
    private final double seconds;

    HandOverCost(Bench bench, GatewayProcess gateway, int rounds, double seconds) {
        this.bench = bench;
        this.gateway = gateway;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /// @param fastRatio requests per CPU second with the policy by those without, the median of the rounds
    /// @param addedP99Ms what a hand-over adds to its 202 beyond a submit's own time, the median of the rounds
    record Result(
            double fastRatio,
            double addedP99Ms,
            List<Run> without,
            List<Run> with,
            List<Run> submits,
            List<Run> handOvers) {
        List<String> texts() {
            return List.of(
                    String.format(
                            Locale.ROOT, "a fast call where slow ones become jobs, to one elsewhere: %.3f", fastRatio),
                    String.format(Locale.ROOT, "a hand-over adds to its 202 (p99): %.2f ms", addedP99Ms));
        }
    }

    Result run() throws IOException {
        try (ChildProcess origin = slowOrigin();
                ChildProcess process = gateway.start(Listener.PLAIN)) {
            origin.awaitPort(ORIGIN_PORT, Duration.ofSeconds(10));
            bench.warmUp(process, fast(Listener.PLAIN), gateway.warmUpCpuSeconds());
            bench.warmUp(process, fast(Listener.SLOWER), 2 * gateway.warmUpCpuSeconds());
            List<Run> without = new ArrayList<>();
            List<Run> with = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                without.add(bench.quiet(process, "fast, without " + round, () -> fast(Listener.PLAIN)));
                with.add(bench.quiet(process, "fast, slowerThan " + round, () -> fast(Listener.SLOWER)));
            }
            bench.run(process, submit().paced(0).lasting(0, WARM_SUBMIT_SECONDS));
            bench.run(process, slow().paced(2 * RATE).lasting(0, WARM_HAND_OVER_SECONDS));
            List<Run> submits = new ArrayList<>();
            List<Run> handOvers = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                submits.add(bench.quiet(process, "submits " + round, this::submit));
                handOvers.add(bench.quiet(process, "hand-overs " + round, this::slow));
            }
            return new Result(
                    Medians.ratio(perCpuSecond(with), perCpuSecond(without)),
                    addedP99Ms(submits, handOvers),
                    without,
                    with,
                    submits,
                    handOvers);
        }
    }

    private static List<Double> perCpuSecond(List<Run> runs) {
        return runs.stream().map(Run::requestsPerCpuSecond).toList();
    }

    private static double addedP99Ms(List<Run> submits, List<Run> handOvers) {
        List<Double> added = new ArrayList<>();
        for (int round = 0; round < submits.size(); round++) {
            added.add(handOvers.get(round).load().p99Ms()
                    - SLOWER_THAN_MS
                    - submits.get(round).load().p99Ms());
        }
        return Medians.median(added);
    }

    private ChildProcess slowOrigin() throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SlowOrigin.class.getName(),
                Integer.toString(ORIGIN_PORT),
                Integer.toString(ORIGIN_DELAY_MS));
        return ChildProcess.logged(
                bench.children(), Contender.LOAD_CORE, command, bench.harness().log("slow-origin"));
    }

    private Drive fast(Listener listener) {
        return drive(listener, "GET", "/", 0, 200, 0);
    }

    private Drive submit() {
        return drive(Listener.SUBMIT, "POST", "/post", DurableSubmit.BODY_BYTES, 202, RATE);
    }

    private Drive slow() {
        return drive(Listener.SLOWER, "POST", "/slow", DurableSubmit.BODY_BYTES, 202, RATE);
    }

    private Drive drive(Listener listener, String method, String path, int bodyBytes, int status, double rate) {
        return new Drive(
                gateway.port(listener).orElseThrow(),
                null,
                null,
                false,
                method,
                path,
                bodyBytes,
                CONNECTIONS,
                WARM_SECONDS,
                seconds,
                rate,
                status);
    }
}
