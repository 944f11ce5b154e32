package io.forebay.perf.scenario;

import io.forebay.perf.measure.Medians;
import io.forebay.perf.peer.ChildProcess;
import io.forebay.perf.peer.Contender;
import io.forebay.perf.peer.Harness;
import io.forebay.perf.peer.TokenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A scenario that several contenders can do: round by round each is measured once, the first beside every other,
/// so that what changes on the machine meets both of a pair. One instance, one contest; not for several threads.
final class Contest implements AutoCloseable {
    private static final int OK = 200;
    private static final int TOKENS = 10_000;
    private static final double WARM_SECONDS = 2;
    private static final double OFFERED_SHARE = 0.8;
    /// A cold run ends with its tokens: about two seconds of what a core can verify.
    private static final int COLD_TOKENS = 40_000;

    private static final double COLD_WARM_SECONDS = 0.5;
    private static final double COLD_MAX_SECONDS = 60;

    private final Bench bench;
    private final Workload workload;
    private final List<Contender> contenders;
    private final int rounds;
    private final double seconds;
    private final @Nullable TokenFiles tokenFiles;
    private final @Nullable Path tokens;
    private final Map<Contender, ChildProcess> running = new LinkedHashMap<>();
    private final Map<Contender, Integer> coldFiles = new HashMap<>();
    private final Map<Line, Map<Contender, List<Run>>> runs = new EnumMap<>(Line.class);

    Contest(Bench bench, Workload workload, List<Contender> contenders, int rounds, double seconds, Instant now)
            throws IOException {
        this.bench = bench;
        this.workload = workload;
        this.contenders = List.copyOf(contenders);
        this.rounds = rounds;
        this.seconds = seconds;
        Harness harness = bench.harness();
        Workload.Signed signed = workload.tokens();
        tokenFiles = signed == null
                ? null
                : new TokenFiles(harness.folder("tokens"), harness.certificate(signed.key()), signed.algorithm(), now);
        tokens = tokenFiles == null ? null : tokenFiles.file("warm", TOKENS);
    }

    Outcome run() throws IOException {
        if (workload.isLatency()) {
            measure(Line.CONSTANT, workload.rate());
            return outcome(workload.rate());
        }
        measure(Line.SATURATED, 0);
        double offered = OFFERED_SHARE
                * contenders.stream()
                        .filter(Contender::isPaced)
                        .mapToDouble(
                                contender -> figures(Line.SATURATED, contender).requestsPerSecond())
                        .min()
                        .orElseThrow();
        measure(Line.CONSTANT, offered);
        if (tokenFiles != null) {
            for (int file = 0; file <= rounds; file++) {
                bench.progress().println("cold tokens, file " + file);
                tokenFiles.file("cold-" + file, COLD_TOKENS);
            }
            measure(Line.COLD, 0);
        }
        return outcome(offered);
    }

    private void measure(Line line, double rate) throws IOException {
        Map<Contender, List<Run>> byContender = runs.computeIfAbsent(line, _ -> new LinkedHashMap<>());
        for (int round = 1; round <= rounds; round++) {
            for (Contender contender : contenders) {
                if (line == Line.CONSTANT && !contender.isPaced()) {
                    continue;
                }
                String what = contender.name() + " " + line.id() + " " + round + "/" + rounds;
                Run run = measure(line, rate, contender, what);
                byContender.computeIfAbsent(contender, _ -> new ArrayList<>()).add(run);
            }
        }
    }

    private Run measure(Line line, double rate, Contender contender, String what) throws IOException {
        ChildProcess process = up(contender);
        try {
            if (line == Line.COLD && !coldFiles.containsKey(contender)) {
                bench.run(process, coldDrive(contender)); // the miss path has to be warm too
            }
            return bench.quiet(
                    process,
                    what,
                    () -> line == Line.COLD
                            ? coldDrive(contender)
                            : drive(contender).paced(rate));
        } catch (IOException e) {
            throw new IOException(what + ": " + e.getMessage() + process.logTail(), e);
        } finally {
            if (!contender.isStaying()) {
                process.close();
                running.remove(contender);
            }
        }
    }

    private ChildProcess up(Contender contender) throws IOException {
        ChildProcess known = running.get(contender);
        if (known != null) {
            if (!known.isAlive()) {
                throw new IOException(contender.name() + " ended by itself" + known.logTail());
            }
            return known;
        }
        ChildProcess process = contender.start(workload.listener());
        running.put(contender, process);
        bench.warmUp(process, drive(contender), contender.warmUpCpuSeconds());
        return process;
    }

    private Drive drive(Contender contender) {
        return new Drive(
                contender.port(workload.listener()).orElseThrow(),
                clientKey(),
                tokens,
                false,
                "GET",
                workload.path(),
                workload.bodyBytes(),
                workload.connections(),
                WARM_SECONDS,
                seconds,
                0,
                OK,
                workload.shape(),
                List.of());
    }

    private Drive.@Nullable ClientKey clientKey() {
        Harness harness = bench.harness();
        if (workload.listener().wantsCertificate()) {
            return new Drive.ClientKey(harness.certificate("client.chain.crt"), harness.certificate("client.key"));
        }
        return workload.listener().isTls() ? Drive.ClientKey.NONE : null;
    }

    /// A file no run of this contender has used before: its cache may hold every token it has seen.
    private Drive coldDrive(Contender contender) throws IOException {
        if (tokenFiles == null) {
            throw new IllegalStateException(workload.id() + " bears no tokens");
        }
        int file = coldFiles.merge(contender, 1, Integer::sum) - 1;
        return drive(contender)
                .withTokens(tokenFiles.file("cold-" + file, COLD_TOKENS), true)
                .lasting(COLD_WARM_SECONDS, COLD_MAX_SECONDS);
    }

    private Figures figures(Line line, Contender contender) {
        return Figures.of(line, runsOf(line, contender));
    }

    private List<Run> runsOf(Line line, Contender contender) {
        return runs.getOrDefault(line, Map.of()).getOrDefault(contender, List.of());
    }

    private Outcome outcome(double offered) throws IOException {
        List<Outcome.Entry> entries = new ArrayList<>();
        for (Contender contender : contenders) {
            Map<String, Figures> lines = new LinkedHashMap<>();
            Map<String, List<Run>> rounds = new LinkedHashMap<>();
            for (Line line : runs.keySet()) {
                if (runsOf(line, contender).isEmpty()) {
                    continue;
                }
                lines.put(line.id(), figures(line, contender));
                rounds.put(line.id(), runsOf(line, contender));
            }
            entries.add(new Outcome.Entry(contender.name(), contender.version(), lines, rounds));
        }
        return new Outcome(offered, entries, ratios());
    }

    private List<Outcome.Ratio> ratios() {
        Contender ours = contenders.getFirst();
        List<Outcome.Ratio> ratios = new ArrayList<>();
        for (Line line : List.of(Line.SATURATED, Line.COLD, Line.CONSTANT)) {
            for (Contender peer : contenders.subList(1, contenders.size()).reversed()) {
                if (!runsOf(line, peer).isEmpty()) {
                    ratios.add(ratio(line, ours, peer));
                }
            }
        }
        if (workload.isLatency()) {
            for (Contender peer : contenders.subList(1, contenders.size()).reversed()) {
                for (Latency latency : Latency.values()) {
                    ratios.add(latency.ratio(peer.name(), runsOf(Line.CONSTANT, ours), runsOf(Line.CONSTANT, peer)));
                }
            }
        }
        return ratios;
    }

    private Outcome.Ratio ratio(Line line, Contender ours, Contender peer) {
        boolean isBound =
                figures(line, ours).isGeneratorBound() || figures(line, peer).isGeneratorBound();
        double value = Medians.ratio(perCpuSecond(line, ours), perCpuSecond(line, peer));
        return new Outcome.Ratio(line.id(), peer.name(), isBound ? null : value);
    }

    private List<Double> perCpuSecond(Line line, Contender contender) {
        return runsOf(line, contender).stream().map(Run::requestsPerCpuSecond).toList();
    }

    @Override
    public void close() {
        running.values().forEach(ChildProcess::close);
        running.clear();
    }
}
