package io.forebay.policy.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Random schemas of what [Backward] knows, changes of them, and values that are likely to be valid by them.
final class SchemaCases {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String[] NAMES = {"a", "b", "xa", "xb", "c"};
    private static final String[] PATTERNS = {"^x", "a$", "^[ab]"};
    private static final String[] TYPES = {"null", "boolean", "object", "array", "number", "string", "integer"};

    private final Random random;

    SchemaCases(Random random) {
        this.random = random;
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private String any(String[] texts) {
        return texts[random.nextInt(texts.length)];
    }

    ObjectNode root() {
        ObjectNode root = JSON.objectNode();
        ObjectNode defs = JSON.objectNode();
        defs.set("d", object(2));
        defs.set("e", schema(1));
        fill(root, 3);
        root.set("$defs", defs);
        return root;
    }

    private JsonNode schema(int depth) {
        if (oneIn(12)) {
            return JSON.booleanNode(random.nextBoolean());
        }
        ObjectNode schema = JSON.objectNode();
        fill(schema, depth);
        return schema;
    }

    private void fill(ObjectNode schema, int depth) {
        switch (random.nextInt(depth > 0 ? 10 : 4)) {
            case 0 -> number(schema);
            case 1 -> string(schema);
            case 2 -> values(schema);
            case 3 -> types(schema);
            case 4 -> array(schema, depth);
            case 5 -> {
                ArrayNode parts = schema.putArray(oneIn(2) ? "anyOf" : "allOf");
                parts.add(schema(depth - 1)).add(schema(depth - 1));
                if (oneIn(2)) {
                    number(schema);
                }
            }
            case 6 -> schema.put("$ref", oneIn(2) ? "#/$defs/d" : "#/$defs/e");
            default -> members(schema, depth);
        }
    }

    private ObjectNode object(int depth) {
        ObjectNode schema = JSON.objectNode();
        members(schema, depth);
        return schema;
    }

    private void types(ObjectNode schema) {
        if (oneIn(2)) {
            schema.put("type", any(TYPES));
        } else {
            String first = any(TYPES);
            String second = any(TYPES);
            ArrayNode types = schema.putArray("type").add(first);
            if (!first.equals(second)) {
                types.add(second);
            }
        }
    }

    private void number(ObjectNode schema) {
        if (oneIn(2)) {
            schema.put("type", oneIn(2) ? "integer" : "number");
        }
        for (String keyword : new String[] {"minimum", "exclusiveMinimum"}) {
            if (oneIn(3)) {
                schema.put(keyword, random.nextInt(4) - 2);
            }
        }
        for (String keyword : new String[] {"maximum", "exclusiveMaximum"}) {
            if (oneIn(3)) {
                schema.put(keyword, random.nextInt(4) + 1);
            }
        }
        if (oneIn(4)) {
            schema.put("multipleOf", new double[] {0.5, 1, 2, 4}[random.nextInt(4)]);
        }
    }

    private void string(ObjectNode schema) {
        if (oneIn(2)) {
            schema.put("type", "string");
        }
        if (oneIn(2)) {
            schema.put("minLength", random.nextInt(3));
        }
        if (oneIn(2)) {
            schema.put("maxLength", random.nextInt(4));
        }
        if (oneIn(4)) {
            schema.put("pattern", any(PATTERNS));
        }
    }

    private void values(ObjectNode schema) {
        if (oneIn(3)) {
            schema.set("const", noise(1));
        } else {
            ArrayNode values = schema.putArray("enum");
            for (int i = random.nextInt(3); i >= 0; i--) {
                values.add(noise(1));
            }
        }
    }

    private void array(ObjectNode schema, int depth) {
        if (oneIn(2)) {
            schema.put("type", "array");
        }
        if (oneIn(2)) {
            ArrayNode prefix = schema.putArray("prefixItems");
            for (int i = random.nextInt(2); i >= 0; i--) {
                prefix.add(schema(depth - 1));
            }
        }
        if (oneIn(2)) {
            schema.set("items", schema(depth - 1));
        }
        if (oneIn(3)) {
            schema.put("minItems", random.nextInt(2));
        }
        if (oneIn(3)) {
            schema.put("maxItems", random.nextInt(4));
        }
        if (oneIn(4)) {
            schema.put("uniqueItems", random.nextBoolean());
        }
    }

    private void members(ObjectNode schema, int depth) {
        if (oneIn(2)) {
            schema.put("type", "object");
        }
        ObjectNode properties = schema.putObject("properties");
        for (int i = random.nextInt(3); i >= 0; i--) {
            properties.set(any(NAMES), schema(depth - 1));
        }
        if (oneIn(4)) {
            schema.putObject("patternProperties").set(any(PATTERNS), schema(depth - 1));
        }
        if (oneIn(2)) {
            schema.set("additionalProperties", oneIn(2) ? JSON.booleanNode(false) : schema(depth - 1));
        }
        if (oneIn(3)) {
            schema.putArray("required").add(any(NAMES));
        }
        if (oneIn(6)) {
            schema.putObject("dependentRequired").putArray(any(NAMES)).add(any(NAMES));
        }
        if (oneIn(6)) {
            schema.putObject("propertyNames").put("maxLength", 1 + random.nextInt(2));
        }
    }

    /// A version of the schema with one or two changes somewhere in it.
    ObjectNode changed(ObjectNode root) {
        ObjectNode changed = root.deepCopy();
        for (int i = random.nextInt(2); i >= 0; i--) {
            List<ObjectNode> schemas = new ArrayList<>();
            gather(changed, schemas);
            change(schemas.get(random.nextInt(schemas.size())));
        }
        return changed;
    }

    private static void gather(JsonNode schema, List<ObjectNode> into) {
        if (schema instanceof ObjectNode object) {
            into.add(object);
            Keywords.forEachSchemaIn(schema, "", (inner, at, isInPlace) -> gather(inner, into));
        }
    }

    private void change(ObjectNode schema) {
        List<String> keywords = schema.propertyNames().stream()
                .filter(name -> !name.equals("$defs"))
                .sorted()
                .toList();
        switch (keywords.isEmpty() ? 9 : random.nextInt(10)) {
            case 0, 1, 2 -> schema.remove(keywords.get(random.nextInt(keywords.size())));
            case 3, 4, 5 -> {
                String keyword = keywords.get(random.nextInt(keywords.size()));
                JsonNode value = schema.get(keyword);
                if (value.isNumber()) {
                    double next = value.doubleValue() + (oneIn(2) ? 1 : -1);
                    schema.put(keyword, Math.max(keyword.startsWith("m") && !keyword.endsWith("mum") ? 1 : -9, next));
                } else if (value instanceof ArrayNode list && keyword.equals("enum")) {
                    list.add(noise(1));
                } else if (keyword.equals("properties")) {
                    ((ObjectNode) value).set(any(NAMES), schema(1));
                } else if (keyword.equals("additionalProperties")) {
                    schema.put(keyword, random.nextBoolean());
                } else if (keyword.equals("type") && value.isString()) {
                    String other = any(TYPES);
                    ArrayNode types = schema.putArray("type").add(value.stringValue());
                    if (!other.equals(value.stringValue())) {
                        types.add(other);
                    }
                }
            }
            case 6 -> number(schema);
            case 7 -> string(schema);
            case 8 -> array(schema, 1);
            default -> members(schema, 1);
        }
        // Numbers of the kind that the meta-schema wants.
        for (String count : new String[] {"minLength", "maxLength", "minItems", "maxItems"}) {
            JsonNode number = schema.get(count);
            if (number != null) {
                schema.put(count, Math.max(0, number.asInt()));
            }
        }
    }

    JsonNode noise(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(random.nextInt(6) - 2);
            case 3 -> JSON.numberNode((random.nextInt(12) - 4) / 2.0);
            case 4 -> JSON.stringNode(any(new String[] {"", "a", "b", "xa", "abc", "xyz"}));
            case 5 -> {
                ArrayNode array = JSON.arrayNode();
                for (int i = random.nextInt(3); i > 0; i--) {
                    array.add(noise(depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = JSON.objectNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set(any(NAMES), noise(depth - 1));
                }
                yield object;
            }
        };
    }

    /// A value made after the schema, which is then often valid by it.
    JsonNode value(JsonNode schema, JsonNode root, int depth) {
        if (!schema.isObject() || depth == 0 || oneIn(12)) {
            return noise(2);
        }
        JsonNode reference = schema.get("$ref");
        if (reference != null) {
            return value(root.at(reference.stringValue().substring(1)), root, depth - 1);
        }
        for (String some : new String[] {"anyOf", "allOf", "enum"}) {
            JsonNode list = schema.get(some);
            if (list != null && !list.isEmpty()) {
                JsonNode one = list.get(random.nextInt(list.size()));
                return some.equals("enum") ? one : value(one, root, depth - 1);
            }
        }
        JsonNode constant = schema.get("const");
        if (constant != null) {
            return constant;
        }
        if (schema.has("properties")) {
            return oneIn(6) ? noise(2) : object(schema, root, depth);
        }
        if (schema.has("items") || schema.has("prefixItems") || schema.has("maxItems")) {
            ArrayNode array = JSON.arrayNode();
            for (int i = random.nextInt(4); i > 0; i--) {
                JsonNode prefix = schema.get("prefixItems");
                JsonNode of =
                        prefix != null && array.size() < prefix.size() ? prefix.get(array.size()) : schema.get("items");
                array.add(of == null ? noise(1) : value(of, root, depth - 1));
            }
            return array;
        }
        return noise(2);
    }

    private ObjectNode object(JsonNode schema, JsonNode root, int depth) {
        ObjectNode object = JSON.objectNode();
        schema.get("properties").properties().forEach(member -> {
            if (!oneIn(3)) {
                object.set(member.getKey(), value(member.getValue(), root, depth - 1));
            }
        });
        JsonNode others = schema.get("additionalProperties");
        if (oneIn(3) && (others == null || others.isObject())) {
            object.set(any(NAMES), others == null ? noise(1) : value(others, root, depth - 1));
        }
        JsonNode required = schema.get("required");
        if (required != null) {
            required.forEach(name -> {
                if (!object.has(name.stringValue())) {
                    object.set(name.stringValue(), noise(1));
                }
            });
        }
        return object;
    }
}
