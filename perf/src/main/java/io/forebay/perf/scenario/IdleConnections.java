package io.forebay.perf.scenario;

import io.forebay.perf.load.Connecting;
import io.forebay.perf.load.LoadShape;
import io.forebay.perf.measure.Medians;
import io.forebay.perf.peer.ChildProcess;
import io.forebay.perf.peer.Contender;
import io.forebay.perf.peer.Listener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What an idle TLS connection takes of memory: resident memory while ten thousand are open that have had one
/// answer each, less that of the same process, warm, before they came. Each round starts each contender anew,
/// since memory that was used once is rarely given back.
final class IdleConnections {
    private static final double OPENED_PER_SECOND = 1_000;
    private static final double WARM_SECONDS = 2;
    private static final int WARM_CONNECTIONS = 64;
    private static final Duration HELD = Duration.ofSeconds(3);
    private static final int OK = 200;

    private final Bench bench;
    private final List<Contender> contenders;
    private final int rounds;

    IdleConnections(Bench bench, List<Contender> contenders, int rounds) {
        this.bench = bench;
        this.contenders = List.copyOf(contenders);
        this.rounds = rounds;
    }

    /// @param connections how many were open in the end
    /// @param beforeMiB resident before they came
    /// @param heldMiB while they were held
    record Round(int connections, double beforeMiB, double heldMiB) {
        double kibEach() {
            return (heldMiB - beforeMiB) * 1024 / connections;
        }
    }

    record Entry(String name, String version, double kibEach, List<Round> rounds) {}

    /// The one of interest first.
    record Result(List<Entry> entries) {
        List<String> texts() {
            List<String> texts = new ArrayList<>();
            for (Entry entry : entries) {
                Round round = entry.rounds().getFirst();
                texts.add(String.format(
                        Locale.ROOT,
                        "%s %s: %d idle TLS connections, %.1f KiB each (first round: %.0f MiB before, %.0f MiB with them)",
                        entry.name(),
                        entry.version(),
                        round.connections(),
                        entry.kibEach(),
                        round.beforeMiB(),
                        round.heldMiB()));
            }
            for (Entry peer : entries.subList(1, entries.size()).reversed()) {
                texts.add(String.format(
                        Locale.ROOT,
                        "memory of an idle connection: ratio to %s: %.2f",
                        peer.name(),
                        entries.getFirst().kibEach() / peer.kibEach()));
            }
            return texts;
        }
    }

    Result run() throws IOException {
        Map<Contender, List<Round>> measured = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (Contender contender : contenders) {
                measured.computeIfAbsent(contender, _ -> new ArrayList<>()).add(measure(contender, round));
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<Contender, List<Round>> of : measured.entrySet()) {
            double kibEach =
                    Medians.median(of.getValue().stream().map(Round::kibEach).toList());
            entries.add(new Entry(of.getKey().name(), of.getKey().version(), kibEach, of.getValue()));
        }
        return new Result(entries);
    }

    private Round measure(Contender contender, int round) throws IOException {
        int connections = contender.connectionsMax();
        int port = contender.port(Listener.TLS).orElseThrow();
        Drive warm = new Drive(
                port,
                Drive.ClientKey.NONE,
                null,
                false,
                "GET",
                "/",
                0,
                WARM_CONNECTIONS,
                WARM_SECONDS,
                WARM_SECONDS,
                0,
                OK);
        try (ChildProcess process = contender.start(Listener.TLS)) {
            bench.warmUp(process, warm, contender.warmUpCpuSeconds());
            double beforeMiB = bench.proc().rssMiB(process.pid());
            // One request falls to each connection, and opens it; as long again for who is slower than that.
            Drive opening = warm.shaped(LoadShape.of(Connecting.FIRST, HELD), connections)
                    .lasting(0, 2 * connections / OPENED_PER_SECOND)
                    .paced(OPENED_PER_SECOND);
            Run run = bench.run(process, opening);
            if (run.load().held() < connections) {
                throw new IOException("of " + connections + " connections to " + contender.name() + " only "
                        + run.load().held() + " stayed open" + process.logTail());
            }
            Round result = new Round(connections, beforeMiB, run.rssMiB());
            bench.progress()
                    .printf(
                            Locale.ROOT,
                            "%s %d/%d: %d connections, %.1f KiB each%n",
                            contender.name(),
                            round,
                            rounds,
                            connections,
                            result.kibEach());
            return result;
        }
    }
}
