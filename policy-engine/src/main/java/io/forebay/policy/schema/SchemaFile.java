package io.forebay.policy.schema;

import io.forebay.policy.schema.BodySchema.TooManyStepsException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One version of a schema: the file, read and found fit. Equal to another of the same text.
public final class SchemaFile {
    private static final long META_STEPS_MAX = 5_000_000;

    private final String text;
    private final JsonNode root;
    private final BodySchema schema;

    private SchemaFile(String text, JsonNode root, BodySchema schema) {
        this.text = text;
        this.root = root;
        this.schema = schema;
    }

    /// What reading a file gave.
    ///
    /// @param schema null where a fault is an error
    public record Reading(@Nullable SchemaFile schema, List<SchemaFault> faults) {
        public Reading {
            faults = List.copyOf(faults);
        }
    }

    /// The schema of schemas, read when the first schema is.
    private static final class Meta {
        static final BodySchema SCHEMA = BodySchema.ofSchemas();
    }

    /// Reads a schema. Nothing is fetched.
    public static Reading read(String text) {
        JsonNode root;
        try {
            root = Json.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (Json.UnreadableException e) {
            return new Reading(null, List.of(new SchemaFault(e.place(), "", "the file " + e.getMessage(), "", true)));
        }
        try {
            List<SchemaFault> faults = new ArrayList<>(metaFaults(root, text));
            faults.addAll(SchemaRules.check(root, text));
            boolean isFit = faults.stream().noneMatch(SchemaFault::isError);
            return new Reading(isFit ? new SchemaFile(text, root, BodySchema.of(root)) : null, faults);
        } catch (StackOverflowError e) {
            // References of references, thousands of them in a row.
            return new Reading(
                    null,
                    List.of(new SchemaFault("1:1", "#", "the schema refers too far from schema to schema", "", true)));
        }
    }

    private static List<SchemaFault> metaFaults(JsonNode root, String text) {
        List<SchemaFault> faults = new ArrayList<>();
        try {
            for (Violation violation : Meta.SCHEMA.violations(root, META_STEPS_MAX)) {
                faults.add(new SchemaFault(
                        Json.place(text, violation.pointer()),
                        violation.pointer(),
                        "is no JSON Schema 2020-12: " + violation.detail(),
                        "",
                        true));
            }
        } catch (TooManyStepsException e) {
            faults.add(new SchemaFault("1:1", "#", "the schema is too large", "", true));
        }
        return faults;
    }

    BodySchema schema() {
        return schema;
    }

    JsonNode root() {
        return root;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SchemaFile that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "SchemaFile[" + text.length() + " characters]";
    }
}
