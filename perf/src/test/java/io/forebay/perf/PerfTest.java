package io.forebay.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.perf.scenario.Scenario;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PerfTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void withoutAScenarioAllAreListed() {
        assertThat(execute()).isZero();
        for (Scenario scenario : Scenario.values()) {
            assertThat(out.toString()).contains(scenario.id() + " ").contains(scenario.description());
        }
    }

    @Test
    void anUnknownScenarioAndValuesOutOfRangeAreUsageErrors() {
        assertThat(execute("plian")).isEqualTo(64);
        assertThat(err.toString()).contains("no scenario is called plian");
        assertThat(execute("plain", "--seconds", "0")).isEqualTo(64);
        assertThat(execute("plain", "--reps", "0")).isEqualTo(64);
        assertThat(execute("plain", "--reps", "many")).isEqualTo(64);
        assertThat(err.toString()).contains("must be 0.5 to 600").contains("must be 1 to 100");
    }

    private int execute(String... args) {
        CommandLine line = Perf.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }
}
