package io.forebay.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.perf.load.LoadResult;
import io.forebay.perf.measure.CpuUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OutcomeTest {
    @Test
    void figuresAreTheMediansOfTheRounds() {
        Figures figures = Figures.of(Line.SATURATED, List.of(run(100, 1.0, 0), run(300, 1.0, 0), run(200, 1.0, 0)));

        assertThat(figures.requestsPerSecond()).isEqualTo(200);
        assertThat(figures.requestsPerCpuSecond()).isEqualTo(200);
        assertThat(figures.labels()).isEmpty();
    }

    @Test
    void anyDisturbedRoundMakesALineNoisyAndTwoRoundsAreFew() {
        Figures figures = Figures.of(Line.SATURATED, List.of(run(100, 0.99, 0.0), run(100, 0.99, 0.16)));
        assertThat(figures.labels()).containsExactly("noisy", "few-rounds");
    }

    @Test
    void aSaturatedLineWithoutABusyCoreIsGeneratorBoundAndAPacedOneIsNot() {
        List<Run> runs = List.of(run(100, 0.85, 0), run(100, 0.89, 0), run(100, 0.95, 0));
        assertThat(Figures.of(Line.SATURATED, runs).isGeneratorBound()).isTrue();
        assertThat(Figures.of(Line.COLD, runs).isGeneratorBound()).isTrue();
        assertThat(Figures.of(Line.CONSTANT, runs).isGeneratorBound()).isFalse();
    }

    @Test
    void aRatioSaysItsLineAndABoundOneGivesNoNumber() {
        assertThat(new Outcome.Ratio("constant", "haproxy", 1.2345).text()).isEqualTo("ratio to haproxy: 1.23");
        assertThat(new Outcome.Ratio("cold", "haproxy", 0.6).text()).isEqualTo("cold: ratio to haproxy: 0.60");
        assertThat(new Outcome.Ratio("saturated", "nginx", null).text())
                .isEqualTo("saturated: ratio to nginx: generator-bound, none");
    }

    @Test
    void aRatioOfLatenciesSaysWhichAndIsTheMedianOfThePairs() {
        List<Run> ours = List.of(run(100, 1, 0), run(100, 1, 0), run(100, 1, 0));
        assertThat(Latency.P99.ratio("haproxy", ours, ours).text()).isEqualTo("p99: ratio to haproxy: 1.00");
        assertThat(Latency.P999.ratio("haproxy", ours, ours).text()).isEqualTo("p99.9: ratio to haproxy: 1.00");
        assertThat(Latency.P50.ratio("nginx", ours, ours).value()).isEqualTo(1.0);
    }

    @Test
    void memoryOfAnIdleConnectionIsWhatCameWithThem() {
        IdleConnections.Round round = new IdleConnections.Round(10_000, 200, 400);
        assertThat(round.kibEach()).isEqualTo(20.48);
        IdleConnections.Result result = new IdleConnections.Result(List.of(
                new IdleConnections.Entry("forebay", "1", 20.48, List.of(round)),
                new IdleConnections.Entry("haproxy", "2", 10.24, List.of(round))));
        assertThat(result.texts())
                .containsExactly(
                        "forebay 1: 10000 idle TLS connections, 20.5 KiB each (first round: 200 MiB before, 400 MiB with them)",
                        "haproxy 2: 10000 idle TLS connections, 10.2 KiB each (first round: 200 MiB before, 400 MiB with them)",
                        "memory of an idle connection: ratio to haproxy: 2.00");
    }

    @Test
    void changingRoutesAreComparedWithRest() {
        List<Run> runs = List.of(run(100, 1, 0));
        ChangingRoutes.Result result = new ChangingRoutes.Result(5_000, 1.25, List.of(300.0, 100.0, 200.0), runs, runs);
        assertThat(result.texts())
                .containsExactly(
                        "3 of 5000 routes changed under load, none failed; live after 200 ms (median), 300 ms (longest)",
                        "p99 at 4000/s: 3.00 ms at rest, 3.00 ms while routes change",
                        "p99 while routes change: ratio to rest: 1.25");
    }

    @Test
    void aContendersLineOfOutputHoldsTheFieldsReadersParse() {
        Figures constant = Figures.of(Line.CONSTANT, List.of(run(80, 0.8, 0)));
        Figures saturated = Figures.of(Line.SATURATED, List.of(run(100, 1, 0)));
        Outcome.Entry entry =
                new Outcome.Entry("haproxy", "2.6.12", Map.of("saturated", saturated, "constant", constant), Map.of());
        JsonNode json = JsonMapper.shared().readTree(JsonMapper.shared().writeValueAsString(entry.summary()));

        assertThat(json.propertyNames())
                .contains(
                        "name",
                        "version",
                        "requestsPerCpuSecond",
                        "requestsPerSecond",
                        "p50Ms",
                        "p99Ms",
                        "rssMiB",
                        "foreignShare");
        assertThat(json.get("requestsPerSecond").asDouble()).isEqualTo(80);
        assertThat(json.at("/lines/saturated/requestsPerSecond").asDouble()).isEqualTo(100);
    }

    @Test
    void theResultFileNamesDateScenarioMachineAndCommit(@TempDir Path folder) throws IOException {
        Outcome outcome = new Outcome(80, List.of(), List.of(new Outcome.Ratio("constant", "haproxy", 1.5)));
        Machine machine = Machine.read(Path.of(".."));
        Path file = new ResultFile(LocalDate.of(2026, 1, 2), "plain", machine, 3, 5, outcome).write(folder);

        assertThat(file).hasFileName("2026-01-02-plain.json");
        JsonNode json = JsonMapper.shared().readTree(file);
        assertThat(json.at("/machine/cores").asInt())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(json.at("/machine/commit").asString()).isNotBlank();
        assertThat(json.at("/machine/memoryMiB").asLong()).isPositive();
        assertThat(json.at("/date").asString()).isEqualTo("2026-01-02");
        assertThat(json.at("/result/ratios/0/value").asDouble()).isEqualTo(1.5);
    }

    @Test
    void theGeneratorsLineIsReadBackAsItWasWritten() {
        LoadResult result = run(100, 1, 0).load();
        String line = JsonMapper.shared().writeValueAsString(result);
        assertThat(line).doesNotContain("\n");
        assertThat(JsonMapper.shared().readValue(line, LoadResult.class)).isEqualTo(result);
    }

    private static Run run(double perSecond, double busy, double foreign) {
        LoadResult load = new LoadResult(
                (long) perSecond,
                1,
                perSecond,
                Map.of(200, (long) perSecond),
                Map.of("TLS", 0L),
                "",
                0,
                0,
                (long) perSecond,
                1,
                2,
                3,
                4,
                5,
                0,
                0,
                0,
                0.5);
        return new Run(load, new CpuUsage(1, 1, busy, foreign), 40);
    }
}
