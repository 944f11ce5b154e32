package io.forebay.main.observability;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The recording and alert rules: well-formed, tested, about meters that there are, and with a runbook each.
class RulesTest {
    private static final Path RULES = Checkout.root().resolve("packaging/observability/rules");
    private static final Path TESTS = Checkout.root().resolve("packaging/src/test/promtool");
    private static final String RUNBOOKS = "https://forebay.io/runbooks#";
    private static final Pattern SECTION = Pattern.compile("(?m)^## (\\S+)$");
    private static final Pattern FIRES = Pattern.compile("alertname=\"(\\w+)\", alertstate=\"firing\"");
    /// What Prometheus itself has of each target.
    private static final Set<String> OF_PROMETHEUS = Set.of("up");

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /// All rules of all groups, as maps of their members.
    private static List<Map<String, Object>> rules() throws IOException {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Path file : files(RULES)) {
            Object document = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
            for (Object group : list(map(document).get("groups"))) {
                list(map(group).get("rules")).forEach(rule -> rules.add(map(rule)));
            }
        }
        return rules;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object node) {
        return (Map<String, Object>) requireNonNull(node);
    }

    private static List<?> list(@Nullable Object node) {
        return (List<?>) requireNonNull(node);
    }

    private static List<Map<String, Object>> alerts() throws IOException {
        return rules().stream().filter(rule -> rule.containsKey("alert")).toList();
    }

    private static Set<String> names(List<Map<String, Object>> rules, String member) {
        return rules.stream()
                .filter(rule -> rule.containsKey(member))
                .map(rule -> String.valueOf(rule.get(member)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The series that rules and dashboards may ask for.
    static Set<String> known() throws IOException {
        Set<String> known = new TreeSet<>(MeterTable.samples());
        known.addAll(names(rules(), "record"));
        known.addAll(OF_PROMETHEUS);
        return known;
    }

    @Test
    void everySeriesIsAMeterOfTheDocumentOrRecorded() throws IOException {
        Set<String> known = known();

        assertThat(rules())
                .hasSizeGreaterThan(40)
                .allSatisfy(rule -> assertThat(known)
                        .as(String.valueOf(rule))
                        .containsAll(Expressions.series(String.valueOf(rule.get("expr")))));
    }

    @Test
    void everyAlertSaysWhatItIsAndHasARunbook() throws IOException {
        Set<String> sections = SECTION.matcher(Files.readString(Checkout.root().resolve("docs/runbooks.md")))
                .results()
                .map(section -> RUNBOOKS + section.group(1))
                .collect(Collectors.toSet());

        assertThat(alerts()).allSatisfy(alert -> {
            assertThat(map(alert.get("labels")).get("severity"))
                    .as(String.valueOf(alert))
                    .isIn("critical", "warning");
            Map<String, Object> annotations = map(alert.get("annotations"));
            assertThat(annotations).containsOnlyKeys("summary", "description", "runbook_url");
            assertThat(annotations.values())
                    .noneMatch(text -> String.valueOf(text).isBlank());
            assertThat(sections).contains(String.valueOf(annotations.get("runbook_url")));
        });
        assertThat(alerts().stream().map(alert -> map(alert.get("annotations")).get("runbook_url")))
                .as("a runbook that no alert names is not found by anybody")
                .containsAll(sections);
    }

    @Test
    void everyAlertHasATestInWhichItFires() throws IOException {
        StringBuilder tests = new StringBuilder();
        for (Path file : files(TESTS)) {
            tests.append(Files.readString(file));
        }

        assertThat(FIRES.matcher(tests).results().map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(names(alerts(), "alert"));
    }

    @Test
    void promtoolAcceptsThem() throws Exception {
        Promtool.Finished finished = Promtool.installed().run(RULES, command("check", "rules", files(RULES)));

        assertThat(finished.exitCode()).as(finished.output()).isZero();
    }

    @Test
    void alertsFireWhenTheyShouldAndOnlyThen() throws Exception {
        Promtool.Finished finished = Promtool.installed().run(TESTS, command("test", "rules", files(TESTS)));

        assertThat(finished.exitCode()).as(finished.output()).isZero();
    }

    private static String[] command(String verb, String what, List<Path> files) {
        List<String> command = new ArrayList<>(List.of(verb, what));
        files.forEach(file -> command.add(file.toString()));
        return command.toArray(String[]::new);
    }
}
