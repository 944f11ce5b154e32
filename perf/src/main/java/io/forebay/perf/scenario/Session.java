package io.forebay.perf.scenario;

import io.forebay.perf.measure.ProcFiles;
import io.forebay.perf.peer.Broker;
import io.forebay.perf.peer.Caddy;
import io.forebay.perf.peer.ChildProcess;
import io.forebay.perf.peer.Children;
import io.forebay.perf.peer.Contender;
import io.forebay.perf.peer.GatewayProcess;
import io.forebay.perf.peer.Haproxy;
import io.forebay.perf.peer.Harness;
import io.forebay.perf.peer.JvmProxy;
import io.forebay.perf.peer.Listener;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// One `perf SCENARIO`: prepares the scratch folder, starts the origin, measures, prints, writes the result file,
/// and leaves no process behind.
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
                case GRPC, WEBSOCKET -> {
                    try (ChildProcess echo = harness.startEcho(children, scenario == Scenario.GRPC)) {
                        progress.println("echo origin is process " + echo.pid());
                        contests(bench);
                    }
                }
                case PLAIN, MTLS, MTLS_TOKEN_LIMIT, H2, HANDSHAKES, BODIES, LATENCY -> contests(bench);
                case IDLE -> idle(bench);
                case ROUTES -> routes(bench, new GatewayProcess(harness, children));
            }
        }
    }

    /// Those that are wanted, installed, and can do it.
    private List<Contender> chosen(Bench bench, Listener listener) {
        List<Contender> all = contenders(bench);
        List<Contender> chosen = new ArrayList<>();
        for (String name : contenders) {
            if (BROKERS.contains(name)) {
                continue;
            }
            Contender contender = all.stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no contender is called " + name));
            boolean isOnlyPlain = contender instanceof JvmProxy && scenario != Scenario.PLAIN;
            if (contender.port(listener).isPresent() && !isOnlyPlain && isReady(contender)) {
                chosen.add(contender);
            }
        }
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("none of " + contenders + " can do " + scenario.id());
        }
        return chosen;
    }

    private static List<Contender> contenders(Bench bench) {
        Harness harness = bench.harness();
        Children children = bench.children();
        return List.of(
                new GatewayProcess(harness, children),
                new Haproxy(harness, children),
                new Nginx(harness, children),
                new Caddy(harness, children),
                new JvmProxy(harness, children, JvmProxy.Framework.VERTX),
                new JvmProxy(harness, children, JvmProxy.Framework.SPRING_CLOUD_GATEWAY));
    }

    private boolean isReady(Contender contender) {
        if (!isInstalled(contender.name(), contender.programs())) {
            return false;
        }
        try {
            contender.prepare();
            return true;
        } catch (IOException e) {
            progress.println(contender.name() + " is left out: " + e.getMessage());
            return false;
        }
    }

    private boolean isInstalled(String name, List<Program> programs) {
        List<Program> missing =
                programs.stream().filter(program -> program.find().isEmpty()).toList();
        if (!missing.isEmpty()) {
            progress.println(name + " is left out: install "
                    + missing.stream().map(Program::debianPackage).collect(Collectors.joining(" ")));
        }
        return missing.isEmpty();
    }

    private void contests(Bench bench) throws IOException {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        for (Workload workload : scenario.workloads()) {
            List<Contender> chosen = chosen(bench, workload.listener());
            try (Contest contest = new Contest(bench, workload, chosen, rounds, seconds, now)) {
                outcomes.put(workload.id(), contest.run());
            }
        }
        write(outcomes.size() == 1 ? outcomes.values().iterator().next() : outcomes);
        // What is of most interest is read last.
        for (Workload workload : scenario.workloads().reversed()) {
            String prefix = workload.equals(scenario.workloads().getFirst()) ? "" : workload.id() + ": ";
            Outcome outcome = outcomes.get(workload.id());
            if (outcome != null) {
                outcome.entries().forEach(entry -> print(entry.summary()));
                outcome.ratios().forEach(ratio -> out.println(prefix + ratio.text()));
            }
        }
    }

    private void idle(Bench bench) throws IOException {
        IdleConnections.Result result = new IdleConnections(bench, chosen(bench, Listener.TLS), rounds).run();
        write(result);
        result.texts().forEach(out::println);
    }

    private void routes(Bench bench, GatewayProcess gateway) throws IOException {
        ChangingRoutes.Result result = new ChangingRoutes(bench, gateway, rounds, seconds).run();
        write(result);
        result.texts().forEach(out::println);
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
            if (contenders.contains(broker.name()) && isInstalled(broker.name(), broker.programs())) {
                brokers.add(broker);
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
        return Stream.concat(
                        Stream.of("forebay", "haproxy", "nginx", "caddy", "vertx", "spring-cloud-gateway"),
                        BROKERS.stream())
                .toList();
    }
}
