package io.forebay.policy.document;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The rules of one kind beyond names and types, as rows of (field path, check). Paths write list steps as `[]`:
/// `spec.rules[].matches[].path.value`. A row says nothing about a field that is absent or of the wrong type; the
/// first is a row of its own ([#required]), the second the [Binder]'s finding.
final class RuleTable {

    /// One row.
    record Row(String path, Check check) {}

    /// What a row demands of the value at its path.
    sealed interface Check {
        record Matches(Pattern pattern, String expected) implements Check {}

        record Length(int min, int max) implements Check {}

        record Items(int min, int max) implements Check {}

        record Range(long min, long max) implements Check {}

        record OneOf(Set<String> supported, Set<String> notYet) implements Check {}

        record Required(String field) implements Check {}

        record ExactlyOne(List<String> fields) implements Check {}

        record Unique(List<String> fields, boolean ignoresCase) implements Check {}

        record Text(TextCheck check) implements Check {}

        record Cross(CrossCheck check) implements Check {}

        record NotYet() implements Check {}
    }

    /// Returns what is wrong with a text, or null.
    interface TextCheck {
        @Nullable
        String problem(String text);
    }

    /// A rule between the fields of one mapping.
    interface CrossCheck {
        void check(Yaml.Mapping mapping, String path, Findings findings);
    }

    private final List<Row> rows;
    private final Set<String> notYetPaths;

    private RuleTable(List<Row> rows) {
        this.rows = rows;
        Set<String> paths = new HashSet<>();
        rows.stream().filter(row -> row.check() instanceof Check.NotYet).forEach(row -> paths.add(row.path()));
        this.notYetPaths = Set.copyOf(paths);
    }

    static RuleTable of(Row... rows) {
        return new RuleTable(List.of(rows));
    }

    RuleTable plus(RuleTable more) {
        List<Row> both = new ArrayList<>(rows);
        both.addAll(more.rows);
        return new RuleTable(List.copyOf(both));
    }

    static Row pattern(String path, String regex, String expected) {
        return new Row(path, new Check.Matches(Pattern.compile(regex), expected));
    }

    static Row length(String path, int min, int max) {
        return new Row(path, new Check.Length(min, max));
    }

    static Row items(String path, int min, int max) {
        return new Row(path, new Check.Items(min, max));
    }

    static Row range(String path, long min, long max) {
        return new Row(path, new Check.Range(min, max));
    }

    /// @param notYet values that the language has and this release does not
    static Row oneOf(String path, List<String> supported, String... notYet) {
        return new Row(path, new Check.OneOf(new TreeSet<>(supported), Set.of(notYet)));
    }

    static Row required(String path, String field) {
        return new Row(path, new Check.Required(field));
    }

    static Row exactlyOne(String path, String... fields) {
        return new Row(path, new Check.ExactlyOne(List.of(fields)));
    }

    /// The items of the list at `path` differ in the given fields taken together; with none, in themselves.
    static Row unique(String path, String... fields) {
        return new Row(path, new Check.Unique(List.of(fields), false));
    }

    static Row uniqueIgnoringCase(String path, String... fields) {
        return new Row(path, new Check.Unique(List.of(fields), true));
    }

    static Row text(String path, TextCheck check) {
        return new Row(path, new Check.Text(check));
    }

    static Row cross(String path, CrossCheck check) {
        return new Row(path, new Check.Cross(check));
    }

    static Row notYet(String path) {
        return new Row(path, new Check.NotYet());
    }

    List<Row> rows() {
        return rows;
    }

    /// Whether the field at this path (indices allowed) is one that this release does not support.
    boolean isNotYet(String path) {
        return notYetPaths.contains(path.replaceAll("\\[[0-9]+]", "[]"));
    }

    void check(Yaml.Mapping root, Findings findings) {
        for (Row row : rows) {
            select(root, row.path(), "", (node, path) -> apply(row.check(), node, path, findings));
        }
    }

    private interface Visitor {
        void visit(Yaml node, String path);
    }

    private static void select(Yaml node, String rest, String path, Visitor visitor) {
        if (rest.isEmpty()) {
            visitor.visit(node, path);
        } else if (rest.startsWith("[]")) {
            if (node instanceof Yaml.Sequence(var at, var items)) {
                for (int i = 0; i < items.size(); i++) {
                    select(items.get(i), withoutDot(rest.substring(2)), path + "[" + i + "]", visitor);
                }
            }
        } else if (node instanceof Yaml.Mapping mapping) {
            int end = stepEnd(rest);
            String key = rest.substring(0, end);
            Yaml value = mapping.value(key);
            if (value != null) {
                select(value, withoutDot(rest.substring(end)), path.isEmpty() ? key : path + "." + key, visitor);
            }
        }
    }

    private static int stepEnd(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if (rest.charAt(i) == '.' || rest.charAt(i) == '[') {
                return i;
            }
        }
        return rest.length();
    }

    private static String withoutDot(String rest) {
        return rest.startsWith(".") ? rest.substring(1) : rest;
    }

    private static void apply(Check check, Yaml node, String path, Findings findings) {
        switch (check) {
            case Check.Matches(var pattern, var expected) ->
                ifText(node, text -> {
                    if (!pattern.matcher(text).matches()) {
                        findings.error(node.at(), path, "found " + node.found(), expected);
                    }
                });
            case Check.Length(var min, var max) ->
                ifText(node, text -> {
                    int length = text.codePointCount(0, text.length());
                    if (length < min || length > max) {
                        findings.error(
                                node.at(),
                                path,
                                "the text has " + length + " characters",
                                min + " to " + max + " characters");
                    }
                });
            case Check.Items(var min, var max) -> items(node, min, max, path, findings);
            case Check.Range(var min, var max) -> range(node, min, max, path, findings);
            case Check.OneOf(var supported, var notYet) ->
                ifText(node, text -> oneOf(node, text, supported, notYet, path, findings));
            case Check.Required(var field) -> {
                if (node instanceof Yaml.Mapping mapping && !mapping.entries().containsKey(field)) {
                    findings.error(mapping.at(), path, "the field " + field + " is missing");
                }
            }
            case Check.ExactlyOne(var fields) -> exactlyOne(node, fields, path, findings);
            case Check.Unique(var fields, var ignoresCase) -> unique(node, fields, ignoresCase, path, findings);
            case Check.Text(var textCheck) ->
                ifText(node, text -> {
                    String problem = textCheck.problem(text);
                    if (problem != null) {
                        findings.error(node.at(), path, problem);
                    }
                });
            case Check.Cross(var crossCheck) -> {
                if (node instanceof Yaml.Mapping mapping) {
                    crossCheck.check(mapping, path, findings);
                }
            }
            case Check.NotYet() -> {} // reported by the Binder, at the key
        }
    }

    private static void ifText(Yaml node, Consumer<String> consumer) {
        if (node instanceof Yaml.Scalar scalar && scalar.type() == Yaml.ScalarType.STRING) {
            consumer.accept(scalar.text());
        }
    }

    private static void items(Yaml node, int min, int max, String path, Findings findings) {
        int count = switch (node) {
            case Yaml.Sequence sequence -> sequence.items().size();
            case Yaml.Mapping mapping -> mapping.entries().size();
            case Yaml.Scalar scalar -> min;
        };
        if (count < min || count > max) {
            findings.error(node.at(), path, "the list has " + count + " entries", min + " to " + max + " entries");
        }
    }

    private static void range(Yaml node, long min, long max, String path, Findings findings) {
        if (node instanceof Yaml.Scalar scalar && scalar.type() == Yaml.ScalarType.INTEGER) {
            try {
                long value = Long.parseLong(scalar.text());
                if (value < min || value > max) {
                    findings.error(node.at(), path, "found " + node.found(), "a number from " + min + " to " + max);
                }
            } catch (NumberFormatException e) {
                return; // the Binder says so
            }
        }
    }

    private static void oneOf(
            Yaml node, String text, Set<String> supported, Set<String> notYet, String path, Findings findings) {
        if (notYet.contains(text)) {
            findings.error(node.at(), path, text + " is not supported yet", "one of " + String.join(", ", supported));
        } else if (!supported.contains(text)) {
            String nearest = Suggestion.nearest(text, supported);
            findings.error(
                    node.at(),
                    path,
                    "found " + node.found() + (nearest == null ? "" : "; did you mean \"" + nearest + "\"?"),
                    "one of " + String.join(", ", supported));
        }
    }

    /// What a row of [#exactlyOne(String, String...)] does.
    static void exactlyOne(Yaml node, List<String> fields, String path, Findings findings) {
        if (node instanceof Yaml.Mapping mapping) {
            List<String> present =
                    fields.stream().filter(mapping.entries()::containsKey).toList();
            // That a field is misspelt is told elsewhere.
            boolean isMisspelt = present.isEmpty()
                    && mapping.entries().keySet().stream().anyMatch(key -> Suggestion.nearest(key, fields) != null);
            if (present.size() != 1 && !isMisspelt) {
                findings.error(
                        mapping.at(),
                        path,
                        present.isEmpty() ? "nothing is chosen" : String.join(" and ", present) + " exclude each other",
                        "exactly one of " + String.join(", ", fields));
            }
        }
    }

    private static void unique(Yaml node, List<String> fields, boolean ignoresCase, String path, Findings findings) {
        if (!(node instanceof Yaml.Sequence(var at, var items))) {
            return;
        }
        Map<List<String>, Position> seen = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            List<String> identity = identity(items.get(i), fields, ignoresCase);
            if (identity.isEmpty()) {
                continue;
            }
            Position earlier = seen.putIfAbsent(identity, items.get(i).at());
            if (earlier != null) {
                String what = fields.isEmpty() ? "the value" : String.join(", ", fields);
                findings.error(
                        items.get(i).at(),
                        path + "[" + i + "]",
                        what + " is the same as on line " + earlier.line() + ", column " + earlier.column());
            }
        }
    }

    /// Empty where the item has none of the fields.
    private static List<String> identity(Yaml item, List<String> fields, boolean ignoresCase) {
        List<String> identity = new ArrayList<>();
        if (fields.isEmpty() && item instanceof Yaml.Scalar scalar) {
            identity.add(scalar.text());
        }
        for (String field : fields) {
            Yaml value = item instanceof Yaml.Mapping mapping ? mapping.value(field) : null;
            identity.add(value instanceof Yaml.Scalar scalar ? scalar.text() : "");
        }
        if (identity.stream().allMatch(String::isEmpty)) {
            return List.of();
        }
        return ignoresCase
                ? identity.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList()
                : identity;
    }

    @Override
    public String toString() {
        return Objects.toString(rows);
    }
}
