package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One faulty spec and the finding that must name its fault.
///
/// @param spec entries of the spec in YAML flow style, or after `~` the fields beside metadata
/// @param expected beginning of the finding's text, path first
record RuleCase(String spec, String expected) {

    /// Cases from alternating specs and expectations.
    static List<RuleCase> all(String... pairs) {
        List<RuleCase> cases = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            cases.add(new RuleCase(pairs[i], pairs[i + 1]));
        }
        return cases;
    }

    private String yaml(String apiVersion, String kind) {
        String body = spec.startsWith("~") ? spec.substring(1) : "spec: {" + spec + "}";
        return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: x}\n" + body + "\n";
    }

    /// The object is refused, and one finding begins as expected and has a place.
    void verify(String apiVersion, String kind) {
        ParsedFile parsed = Parsing.parse(yaml(apiVersion, kind));
        assertThat(parsed.diagnostics())
                .as(spec)
                .anySatisfy(diagnostic -> assertThat(diagnostic.text()).startsWith(expected));
        assertThat(parsed.documents()).isEmpty();
    }

    /// The rows of a table that no case trips.
    static List<RuleTable.Row> rowsWithoutCase(RuleTable table, List<RuleCase> cases) {
        List<RuleTable.Row> untouched = new ArrayList<>();
        for (RuleTable.Row row : table.rows()) {
            if (cases.stream().noneMatch(rule -> rule.trips(row))) {
                untouched.add(row);
            }
        }
        return untouched;
    }

    private boolean trips(RuleTable.Row row) {
        if (row.check() instanceof RuleTable.Check.NotYet) {
            return expected.replaceAll("\\[[0-9]+]", "[]").equals(row.path() + ": this field is not supported yet");
        }
        Yaml root = YamlReader.read("p.yaml", yaml("v1", "X").getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst()
                .root();
        Findings findings = new Findings("");
        RuleTable.of(row).check((Yaml.Mapping) root, findings);
        return !findings.all().isEmpty();
    }

    @Override
    public String toString() {
        return expected;
    }
}
