package io.forebay.perf.scenario;

import io.forebay.perf.measure.ProcFiles;
import io.forebay.perf.peer.Broker;
import io.forebay.perf.peer.ChildProcess;
import io.forebay.perf.peer.Children;
import io.forebay.perf.peer.Contender;
import io.forebay.perf.peer.GatewayProcess;
import io.forebay.perf.peer.Haproxy;
import io.forebay.perf.peer.Harness;
import io.forebay.perf.peer.Nginx;
import io.forebay.perf.peer.Program;
import io.forebay.perf.peer.RabbitMq;
import io.forebay.perf.peer.Redis;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// One `perf SCENARIO`: prepares the scratch folder, starts the origin, measures, prints, writes the result file, and
/// leaves
/// no process behind.
///
/// @param contenders names, the one the ratios are of first; those that cannot do the scenario are left out
/// @param results where the result file goes
public record Session(
        Scenario scenario,
        Path repository,
        Path scratch,
        Path results,
        List<String> contenders,
        int rounds,
        double seconds,
        Instant now,
        PrintStream out,
        PrintStream progress) {

    private static final List<String> BROKERS = List.of("redis", "rabbitmq");

    public Session {
        contenders = List.copyOf(contenders);
    }

    /// Measures and reports.
    ///
    /// @throws IOException when a contender does not come up or a run is void
    public void run() throws IOException {
        Harness harness = new Harness(repository, scratch);
        harness.prepare();
        try (Children children = new Children();
                ChildProcess origin = harness.startOrigin(children)) {
            Bench bench = new Bench(harness, children, ProcFiles.ofThisMachine(), progress);
            progress.println("origin is process " + origin.pid());
            switch (scenario) {
                case DURABLE_SUBMIT -> durable(bench, new GatewayProcess(harness, children));
                case JOB_CYCLE -> cycle(bench, new GatewayProcess(harness, children));
                case HAND_OVER -> handOver(bench, new GatewayProcess(harness, children));
                case PLAIN, MTLS, MTLS_TOKEN_LIMIT -> contest(bench, chosen(harness, children));
            }
        }
    }

    private List<Contender> chosen(Harness harness, Children children) {
        List<Contender> all = List.of(
                new GatewayProcess(harness, children), new Haproxy(harness, children), new Nginx(harness, children));
        List<Contender> chosen = contenders.stream()
                .filter(name -> !BROKERS.contains(name))
                .map(name -> all.stream()
                        .filter(contender -> contender.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no contender is called " + name)))
                .filter(contender -> contender.port(scenario.listener()).isPresent())
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("none of " + contenders + " can do " + scenario.id());
        }
        return chosen;
    }

    private void contest(Bench bench, List<Contender> chosen) throws IOException {
        Outcome outcome;
        try (Contest contest = new Contest(bench, scenario, chosen, rounds, seconds, now)) {
            outcome = contest.run();
        }
        write(outcome);
        outcome.entries().forEach(entry -> print(entry.summary()));
        outcome.ratios().forEach(ratio -> out.println(ratio.text()));
    }

    private void durable(Bench bench, GatewayProcess gateway) throws IOException {
        DurableSubmit.Result submits = new DurableSubmit(bench, gateway, rounds, seconds).run();
        List<BrokerSubmits.Result> brokers = new ArrayList<>();
        for (Broker broker : brokers(bench)) {
            brokers.add(new BrokerSubmits(bench, rounds, seconds).run(broker, submits));
        }
        write(new Durable(submits, brokers));
        submits.lines().forEach(this::print);
        brokers.forEach(broker -> broker.lines().forEach(out::println));
        out.println(submits.ratioText());
    }

    private void cycle(Bench bench, GatewayProcess gateway) throws IOException {
        List<JobCycle.Width> widths = new JobCycle(bench, gateway, rounds, seconds, now).run();
        write(widths);
        widths.forEach(width -> print(Cycles.of(width)));
    }

    private void handOver(Bench bench, GatewayProcess gateway) throws IOException {
        HandOverCost.Result result = new HandOverCost(bench, gateway, rounds, seconds).run();
        write(result);
        result.texts().forEach(out::println);
    }

    /// What is printed of job cycles.
    private record Cycles(
            String name,
            String version,
            int lines,
            double jobsPerCpuSecond,
            double jobsPerSecond,
            double p50Ms,
            double p99Ms,
            double rssMiB,
            double foreignShare,
            double clientCpuShare) {
        static Cycles of(JobCycle.Width width) {
            Figures figures = width.figures();
            return new Cycles(
                    width.name(),
                    width.version(),
                    width.lines(),
                    figures.requestsPerCpuSecond(),
                    figures.requestsPerSecond(),
                    figures.p50Ms(),
                    figures.p99Ms(),
                    figures.rssMiB(),
                    figures.foreignShare(),
                    figures.generatorCpuShare());
        }
    }

    private record Durable(DurableSubmit.Result submits, List<BrokerSubmits.Result> brokers) {}

    /// Those that are installed and wanted.
    private List<Broker> brokers(Bench bench) {
        List<Broker> brokers = new ArrayList<>();
        for (Broker broker : List.of(
                new Redis(bench.harness(), bench.children()), new RabbitMq(bench.harness(), bench.children()))) {
            List<Program> missing = broker.programs().stream()
                    .filter(program -> program.find().isEmpty())
                    .toList();
            if (!contenders.contains(broker.name())) {
                continue;
            }
            if (missing.isEmpty()) {
                brokers.add(broker);
            } else {
                progress.println(broker.name() + " is left out: install "
                        + missing.stream().map(Program::debianPackage).collect(Collectors.joining(" ")));
            }
        }
        return brokers;
    }

    private void print(Object line) {
        out.println(JsonMapper.shared().writeValueAsString(line));
    }

    private void write(Object result) throws IOException {
        LocalDate date = LocalDate.ofInstant(now, ZoneOffset.UTC);
        Path file =
                new ResultFile(date, scenario.id(), Machine.read(repository), rounds, seconds, result).write(results);
        progress.println("written: " + file);
    }

    /// The names a scenario measures unless told otherwise.
    public static List<String> allContenders() {
        return Stream.concat(Stream.of("forebay", "haproxy", "nginx"), BROKERS.stream())
                .toList();
    }
}
