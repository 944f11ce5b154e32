package io.forebay.perf.scenario;

import io.forebay.perf.peer.ChildProcess;
import io.forebay.perf.peer.GatewayProcess;
import io.forebay.perf.peer.Listener;
import io.forebay.perf.peer.TokenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Whole lives of jobs per second: submitted by one kind of client, leased 64 at a time and completed one by one by
/// another. A request of the figures is a job that was completed; its latency is that of its whole life.
final class JobCycle {
    private static final int BODY_BYTES = 1024;
    private static final List<Integer> LINES = List.of(16, 256);
    private static final double WARM_SECONDS = 2;
    /// More of the gateway takes part than in any other scenario, and all of it is compiled on its one core.
    private static final double WARM_CPU_SECONDS = 60;
    private static final double WARM_LINES_SECONDS = 6;

    private final Bench bench;
    private final GatewayProcess gateway;
    private final int rounds;
    private final double seconds;
    private final Instant now;

    JobCycle(Bench bench, GatewayProcess gateway, int rounds, double seconds, Instant now) {
        this.bench = bench;
        this.gateway = gateway;
        this.rounds = rounds;
        this.seconds = seconds;
        this.now = now;
    }

    /// @param lines connections of each kind
    record Width(String name, String version, int lines, Figures figures, List<Run> runs) {}

    List<Width> run() throws IOException {
        Path tokens = new TokenFiles(
                        bench.harness().folder("tokens"),
                        bench.harness().certificate("jwt_rs.key"),
                        TokenFiles.Algorithm.RS256,
                        now)
                .file("cycle", 1);
        try (ChildProcess process = gateway.start(Listener.CYCLE)) {
            bench.warmUp(process, drive(tokens, LINES.getLast()), WARM_CPU_SECONDS);
            List<Width> widths = new ArrayList<>();
            for (int lines : LINES) {
                bench.run(process, drive(tokens, lines).lasting(0, WARM_LINES_SECONDS));
                List<Run> runs = new ArrayList<>();
                for (int round = 1; round <= rounds; round++) {
                    String what = gateway.name() + " " + lines + " lines " + round + "/" + rounds;
                    runs.add(bench.quiet(process, what, () -> drive(tokens, lines)));
                }
                widths.add(new Width(gateway.name(), gateway.version(), lines, Figures.of(Line.CONSTANT, runs), runs));
            }
            return widths;
        }
    }

    private CycleDrive drive(Path tokens, int lines) {
        int port = gateway.port(Listener.CYCLE).orElseThrow();
        return new CycleDrive(port, tokens, BODY_BYTES, lines, WARM_SECONDS, seconds);
    }
}
