package io.forebay.policy.schema;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The keywords of JSON Schema 2020-12 by what stands in them.
final class Keywords {
    /// Those that apply to the same value as the schema they stand in.
    private static final Set<String> IN_PLACE =
            Set.of("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas");

    private static final Set<String> WITH_SCHEMA = Set.of(
            "additionalProperties",
            "items",
            "contains",
            "not",
            "if",
            "then",
            "else",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties",
            "contentSchema");
    private static final Set<String> WITH_LIST = Set.of("allOf", "anyOf", "oneOf", "prefixItems");
    private static final Set<String> WITH_MAP =
            Set.of("properties", "patternProperties", "dependentSchemas", "$defs", "definitions");

    /// Without schemas in them.
    private static final Set<String> PLAIN = Set.of(
            "$ref",
            "type",
            "enum",
            "const",
            "multipleOf",
            "maximum",
            "exclusiveMaximum",
            "minimum",
            "exclusiveMinimum",
            "maxLength",
            "minLength",
            "pattern",
            "maxItems",
            "minItems",
            "uniqueItems",
            "maxContains",
            "minContains",
            "maxProperties",
            "minProperties",
            "required",
            "dependentRequired");

    /// What they say does not make a body valid or not.
    private static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "definitions",
            "title",
            "description",
            "default",
            "deprecated",
            "readOnly",
            "writeOnly",
            "examples",
            "format",
            "contentEncoding",
            "contentMediaType",
            "contentSchema");

    /// By them a reference would be looked up elsewhere than by its path in the file.
    private static final Set<String> REFUSED =
            Set.of("$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef", "$vocabulary");

    private Keywords() {}

    /// A schema within a schema.
    interface Visitor {
        /// Called for each, in the order of the file.
        ///
        /// @param isInPlace whether it applies to the same value as the one around it
        void visit(JsonNode schema, String pointer, boolean isInPlace);
    }

    static boolean isRefused(String keyword) {
        return REFUSED.contains(keyword);
    }

    static boolean isKnown(String keyword) {
        return isAssertion(keyword) || ANNOTATIONS.contains(keyword) || REFUSED.contains(keyword);
    }

    /// Whether it can make a value invalid.
    static boolean isAssertion(String keyword) {
        return !ANNOTATIONS.contains(keyword)
                && (PLAIN.contains(keyword)
                        || WITH_SCHEMA.contains(keyword)
                        || WITH_LIST.contains(keyword)
                        || WITH_MAP.contains(keyword));
    }

    /// The schemas directly within this one.
    static void forEachSchemaIn(JsonNode schema, String pointer, Visitor visitor) {
        schema.properties().forEach(member -> {
            String keyword = member.getKey();
            JsonNode value = member.getValue();
            String at = Pointer.child(pointer, keyword);
            boolean isInPlace = IN_PLACE.contains(keyword);
            if (WITH_SCHEMA.contains(keyword)) {
                visitor.visit(value, at, isInPlace);
            } else if (WITH_LIST.contains(keyword) && value.isArray()) {
                for (int i = 0; i < value.size(); i++) {
                    visitor.visit(value.get(i), Pointer.child(at, i), isInPlace);
                }
            } else if (WITH_MAP.contains(keyword) && value.isObject()) {
                value.properties()
                        .forEach(
                                entry -> visitor.visit(entry.getValue(), Pointer.child(at, entry.getKey()), isInPlace));
            }
        });
    }
}
