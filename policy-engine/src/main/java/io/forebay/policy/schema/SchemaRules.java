package io.forebay.policy.schema;

import io.forebay.policy.expression.RegularExpression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a schema has to keep to beyond the meta-schema, so that it is whole in its one file and cannot make the gateway
/// busy for long: references within the file that do not go in circles, patterns that are matched in linear time.
final class SchemaRules {
    static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /// More are not told of one file: to find the place of each means to read it again.
    private static final int FAULTS_MAX = 50;

    private static final int SCHEMAS_MAX = 10_000;

    /// What each reader of references takes for the same: no escapes of any kind.
    private static final Pattern REFERENCE = Pattern.compile("#(/[A-Za-z0-9._$-]+)*");

    private final String text;
    private final List<SchemaFault> faults = new ArrayList<>();
    private final Map<String, JsonNode> schemas = new LinkedHashMap<>();
    /// From each schema to those that apply to the same value.
    private final Map<String, List<String>> inPlace = new HashMap<>();

    private SchemaRules(String text) {
        this.text = text;
    }

    static List<SchemaFault> check(JsonNode root, String text) {
        SchemaRules rules = new SchemaRules(text);
        rules.visit(root, Pointer.ROOT);
        if (rules.schemas.size() > SCHEMAS_MAX) {
            rules.error(Pointer.ROOT, "the file has more than " + SCHEMAS_MAX + " schemas within the schema", "");
            return rules.faults;
        }
        rules.references();
        rules.circles();
        return rules.faults;
    }

    private void visit(JsonNode schema, String pointer) {
        schemas.put(pointer, schema);
        if (!schema.isObject()) {
            return;
        }
        schema.propertyNames().forEach(keyword -> keyword(keyword, pointer));
        dialect(schema, pointer);
        pattern(text(schema.get("pattern")), Pointer.child(pointer, "pattern"));
        JsonNode patterns = schema.get("patternProperties");
        if (patterns != null) {
            String at = Pointer.child(pointer, "patternProperties");
            patterns.propertyNames().forEach(pattern -> pattern(pattern, Pointer.child(at, pattern)));
        }
        Keywords.forEachSchemaIn(schema, pointer, (inner, at, isInPlace) -> {
            if (isInPlace) {
                inPlace.computeIfAbsent(pointer, key -> new ArrayList<>()).add(at);
            }
            visit(inner, at);
        });
    }

    private void keyword(String keyword, String pointer) {
        String at = Pointer.child(pointer, keyword);
        if (Keywords.isRefused(keyword)) {
            error(at, keyword + " is not supported", "$ref with the path of the schema in this file");
        } else if (keyword.equals("$id") && !pointer.isEmpty()) {
            error(at, "a schema within the schema has an $id of its own", "$id at the root, or none");
        } else if (!Keywords.isKnown(keyword)) {
            tell(at, "\"" + keyword + "\" is no keyword of JSON Schema 2020-12 and says nothing", "", false);
        }
    }

    private void dialect(JsonNode schema, String pointer) {
        String dialect = text(schema.get("$schema"));
        if (dialect != null && !dialect.equals(DIALECT) && !dialect.equals(DIALECT + "#")) {
            error(Pointer.child(pointer, "$schema"), "the schema is of another dialect", DIALECT);
        }
    }

    private void pattern(@Nullable String pattern, String at) {
        if (pattern != null) {
            String problem = RegularExpression.problem(pattern);
            if (problem != null) {
                error(at, problem, "a pattern that RE2 takes, which has no look-around and no back references");
            }
        }
    }

    private void references() {
        schemas.forEach((pointer, schema) -> {
            String reference = schema.isObject() ? text(schema.get("$ref")) : null;
            if (reference == null) {
                return;
            }
            String at = Pointer.child(pointer, "$ref");
            if (!reference.startsWith("#")) {
                error(
                        at,
                        "the reference leads out of the file, and no other is fetched",
                        "a path such as #/$defs/item");
            } else if (!REFERENCE.matcher(reference).matches()) {
                error(
                        at,
                        "the reference is not of a form that is read",
                        "a path such as #/$defs/item, without escapes");
            } else if (!schemas.containsKey(reference.substring(1))) {
                error(at, "the reference leads to no schema", "the path of a schema in this file");
            } else {
                inPlace.computeIfAbsent(pointer, key -> new ArrayList<>()).add(reference.substring(1));
            }
        });
    }

    /// A schema that applies itself to the same value again would never end.
    private void circles() {
        Set<String> done = new HashSet<>();
        for (String pointer : schemas.keySet()) {
            if (leadsBack(pointer, new HashSet<>(), done)) {
                error(
                        pointer,
                        "the schema refers to itself for the same value",
                        "a reference that goes into the value");
                return;
            }
        }
    }

    private boolean leadsBack(String pointer, Set<String> path, Set<String> done) {
        if (done.contains(pointer)) {
            return false;
        }
        if (!path.add(pointer)) {
            return true;
        }
        for (String next : inPlace.getOrDefault(pointer, List.of())) {
            if (leadsBack(next, path, done)) {
                return true;
            }
        }
        path.remove(pointer);
        done.add(pointer);
        return false;
    }

    private void error(String pointer, String message, String expected) {
        tell(pointer, message, expected, true);
    }

    private void tell(String pointer, String message, String expected, boolean isError) {
        if (faults.size() < FAULTS_MAX || (isError && faults.stream().noneMatch(SchemaFault::isError))) {
            String fragment = Pointer.fragment(pointer);
            faults.add(new SchemaFault(Json.place(text, fragment), fragment, message, expected, isError));
        }
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node != null && node.isString() ? node.stringValue() : null;
    }
}
