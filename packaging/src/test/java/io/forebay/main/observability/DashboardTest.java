package io.forebay.main.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The dashboard of Grafana: whole, and about meters that there are.
class DashboardTest {
    private static final Path FILE = Checkout.root().resolve("packaging/observability/grafana/forebay.json");
    private static final int COLUMNS = 24;
    /// What no panel has to show: the parts of histograms are counted by their buckets, and totals are elsewhere.
    private static final Set<String> NOT_SHOWN = Set.of("forebay_queues_running", "forebay_store_open_seconds_max");

    @TempDir
    private Path folder;

    private static JsonNode dashboard() throws IOException {
        return JsonMapper.shared().readTree(Files.readString(FILE));
    }

    private static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        for (JsonNode panel : dashboard().required("panels")) {
            panel.path("targets")
                    .forEach(target -> expressions.add(target.required("expr").asString()));
        }
        dashboard()
                .required("annotations")
                .required("list")
                .forEach(annotation ->
                        expressions.add(annotation.required("expr").asString()));
        // What Grafana puts in.
        return expressions.stream()
                .map(expression -> expression
                        .replace("$__rate_interval", "5m")
                        .replace("$job", ".*")
                        .replace("$instance", ".*"))
                .toList();
    }

    @Test
    void panelsHaveNumbersAndPlacesOfTheirOwn() throws IOException {
        Set<Integer> numbers = new HashSet<>();
        Set<String> cells = new HashSet<>();
        for (JsonNode panel : dashboard().required("panels")) {
            assertThat(numbers.add(panel.required("id").asInt()))
                    .as(panel.toString())
                    .isTrue();
            JsonNode place = panel.required("gridPos");
            int right = place.required("x").asInt() + place.required("w").asInt();
            assertThat(right).isLessThanOrEqualTo(COLUMNS);
            for (int column = place.required("x").asInt(); column < right; column++) {
                int bottom = place.required("y").asInt() + place.required("h").asInt();
                for (int line = place.required("y").asInt(); line < bottom; line++) {
                    assertThat(cells.add(column + " " + line))
                            .as("%s covers another", panel.required("title"))
                            .isTrue();
                }
            }
        }
        assertThat(numbers).hasSizeGreaterThan(40);
    }

    @Test
    void everySeriesIsAMeterOfTheDocument() throws IOException {
        Set<String> known = MeterTable.samples();

        assertThat(expressions())
                .hasSizeGreaterThan(80)
                .allSatisfy(expression -> assertThat(known).as(expression).containsAll(Expressions.series(expression)));
    }

    @Test
    void everyMeterIsShown() throws IOException {
        Set<String> shown = new TreeSet<>(NOT_SHOWN);
        expressions().forEach(expression -> shown.addAll(Expressions.series(expression)));

        assertThat(MeterTable.samples())
                .filteredOn(name -> !name.matches(".*_(bucket|sum|count)"))
                .filteredOn(name -> !shown.contains(name))
                .as("on no panel")
                .isEqualTo(List.of("process_max_fds"));
    }

    /// As rules of a file, since this version of promtool reads no bare expressions.
    @Test
    void promtoolReadsEveryExpression() throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n- name: panels\n  rules:\n");
        int number = 0;
        for (String expression : expressions()) {
            rules.append("  - record: panel:").append(number++).append(":x\n    expr: '");
            rules.append(expression).append("'\n");
        }
        Path file = Files.writeString(
                folder.resolve("panels.yaml"), rules.toString().replace("panel:", "panel_"));

        Promtool.Finished finished = Promtool.installed().run(folder, "check", "rules", file.toString());

        assertThat(finished.exitCode()).as(finished.output()).isZero();
        assertThat(finished.output()).contains("SUCCESS: " + number + " rules found");
    }
}
