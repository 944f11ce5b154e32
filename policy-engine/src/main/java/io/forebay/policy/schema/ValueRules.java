package io.forebay.policy.schema;

import java.math.BigDecimal;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What keywords without schemas in them demand, and whether an earlier schema demanded as much. Each rule gives null
/// where it did.
final class ValueRules {
    private static final Set<String> TYPES = Set.of("null", "boolean", "object", "array", "number", "string");

    private ValueRules() {}

    static @Nullable Incompatibility check(Place earlier, Place later, String keyword) {
        return switch (keyword) {
            case "type" -> types(earlier, later);
            case "const", "enum" -> values(earlier, later, keyword);
            case "minimum", "exclusiveMinimum" -> takes(earlier, "number") ? lowest(earlier, later, keyword) : null;
            case "maximum", "exclusiveMaximum" -> takes(earlier, "number") ? highest(earlier, later, keyword) : null;
            case "multipleOf" -> takes(earlier, "number") ? multiple(earlier, later) : null;
            case "minLength" -> takes(earlier, "string") ? atLeast(earlier, later, keyword) : null;
            case "maxLength" -> takes(earlier, "string") ? atMost(earlier, later, keyword) : null;
            case "pattern" -> takes(earlier, "string") ? equal(earlier, later, keyword) : null;
            case "minItems" -> takes(earlier, "array") ? atLeast(earlier, later, keyword) : null;
            case "maxItems" -> takes(earlier, "array") ? atMost(earlier, later, keyword) : null;
            case "uniqueItems" -> takes(earlier, "array") ? unique(earlier, later) : null;
            case "minProperties" -> takes(earlier, "object") ? atLeast(earlier, later, keyword) : null;
            case "maxProperties" -> takes(earlier, "object") ? atMost(earlier, later, keyword) : null;
            case "required" -> takes(earlier, "object") ? required(earlier, later) : null;
            case "dependentRequired" -> takes(earlier, "object") ? dependent(earlier, later) : null;
            default -> throw new IllegalArgumentException(keyword);
        };
    }

    /// Whether a value of this type could be valid by the schema.
    static boolean takes(Place schema, String type) {
        Set<String> types = types(schema);
        return types.contains(type) || (type.equals("number") && types.contains("integer"));
    }

    /// `integer` only where `number` is not.
    private static Set<String> types(Place schema) {
        Set<String> types = new TreeSet<>();
        JsonNode type = schema.get("type");
        if (schema.isFalse()) {
            return types;
        } else if (schema.has("const")) {
            types.add(type(schema.schema().get("const")));
        } else if (schema.has("enum")) {
            schema.schema().get("enum").forEach(value -> types.add(type(value)));
        } else if (type == null) {
            types.addAll(TYPES);
        } else if (type.isArray()) {
            type.forEach(one -> types.add(one.stringValue()));
        } else {
            types.add(type.stringValue());
        }
        if (types.contains("number")) {
            types.remove("integer");
        }
        return types;
    }

    private static String type(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue().stripTrailingZeros().scale() <= 0 ? "integer" : "number";
        }
        return value.isString()
                ? "string"
                : value.isArray() ? "array" : value.isObject() ? "object" : value.isBoolean() ? "boolean" : "null";
    }

    private static @Nullable Incompatibility types(Place earlier, Place later) {
        Set<String> before = types(earlier);
        Set<String> now = new TreeSet<>();
        JsonNode type = later.schema().get("type");
        if (type.isArray()) {
            type.forEach(one -> now.add(one.stringValue()));
        } else {
            now.add(type.stringValue());
        }
        boolean isWider =
                before.stream().allMatch(one -> now.contains(one) || (one.equals("integer") && now.contains("number")));
        return isWider
                ? null
                : Incompatibility.of(
                        earlier,
                        later,
                        "type",
                        "the types are " + String.join(", ", now),
                        "all of " + String.join(", ", before));
    }

    private static @Nullable Incompatibility values(Place earlier, Place later, String keyword) {
        Set<JsonNode> now = values(later, keyword);
        if (!earlier.has("const") && !earlier.has("enum")) {
            return Incompatibility.of(
                    earlier, later, keyword, "only some values are taken", "no " + keyword + ", as before");
        }
        Set<JsonNode> before = values(earlier, earlier.has("const") ? "const" : "enum");
        long missing = before.stream().filter(value -> !now.contains(value)).count();
        return missing == 0
                ? null
                : Incompatibility.of(
                        earlier,
                        later,
                        keyword,
                        missing + " of the values before are not taken",
                        "all values that were taken before");
    }

    private static Set<JsonNode> values(Place schema, String keyword) {
        TreeSet<JsonNode> values = new TreeSet<>(JsonOrder.INSTANCE);
        JsonNode value = schema.schema().get(keyword);
        if (keyword.equals("const")) {
            values.add(value);
        } else {
            value.forEach(values::add);
        }
        return values;
    }

    private static @Nullable Incompatibility lowest(Place earlier, Place later, String keyword) {
        BigDecimal now = later.schema().get(keyword).decimalValue();
        BigDecimal minimum = number(earlier, "minimum");
        BigDecimal exclusive = number(earlier, "exclusiveMinimum");
        boolean isShown = (exclusive != null && exclusive.compareTo(now) >= 0)
                || (minimum != null
                        && (keyword.equals("minimum") ? minimum.compareTo(now) >= 0 : minimum.compareTo(now) > 0));
        return isShown ? null : bound(earlier, later, keyword, now);
    }

    private static @Nullable Incompatibility highest(Place earlier, Place later, String keyword) {
        BigDecimal now = later.schema().get(keyword).decimalValue();
        BigDecimal maximum = number(earlier, "maximum");
        BigDecimal exclusive = number(earlier, "exclusiveMaximum");
        boolean isShown = (exclusive != null && exclusive.compareTo(now) <= 0)
                || (maximum != null
                        && (keyword.equals("maximum") ? maximum.compareTo(now) <= 0 : maximum.compareTo(now) < 0));
        return isShown ? null : bound(earlier, later, keyword, now);
    }

    private static @Nullable Incompatibility multiple(Place earlier, Place later) {
        BigDecimal now = later.schema().get("multipleOf").decimalValue();
        BigDecimal before = number(earlier, "multipleOf");
        boolean isWhole = !types(earlier).contains("number");
        boolean isShown = (before != null && before.remainder(now).signum() == 0)
                || (isWhole && BigDecimal.ONE.remainder(now).signum() == 0);
        return isShown ? null : bound(earlier, later, "multipleOf", now);
    }

    private static @Nullable Incompatibility atLeast(Place earlier, Place later, String keyword) {
        BigDecimal now = later.schema().get(keyword).decimalValue();
        BigDecimal before = number(earlier, keyword);
        boolean isShown = now.signum() == 0 || (before != null && before.compareTo(now) >= 0);
        return isShown ? null : bound(earlier, later, keyword, now);
    }

    private static @Nullable Incompatibility atMost(Place earlier, Place later, String keyword) {
        BigDecimal now = later.schema().get(keyword).decimalValue();
        BigDecimal before = number(earlier, keyword);
        return before != null && before.compareTo(now) <= 0 ? null : bound(earlier, later, keyword, now);
    }

    private static @Nullable Incompatibility equal(Place earlier, Place later, String keyword) {
        JsonNode before = earlier.get(keyword);
        return before != null && before.equals(later.get(keyword))
                ? null
                : Incompatibility.of(
                        earlier,
                        later,
                        keyword,
                        "the " + keyword + " is another",
                        before == null ? "no " + keyword : "the same as before, or none");
    }

    private static @Nullable Incompatibility unique(Place earlier, Place later) {
        boolean isDemanded = later.schema().get("uniqueItems").booleanValue();
        JsonNode before = earlier.get("uniqueItems");
        return !isDemanded || (before != null && before.booleanValue())
                ? null
                : Incompatibility.of(
                        earlier, later, "uniqueItems", "the items must differ", "no uniqueItems, as before");
    }

    private static @Nullable Incompatibility required(Place earlier, Place later) {
        Set<String> before = names(earlier.get("required"));
        Set<String> more = names(later.get("required"));
        more.removeAll(before);
        return more.isEmpty()
                ? null
                : Incompatibility.of(
                        earlier,
                        later,
                        "required",
                        "new are " + String.join(", ", more),
                        "no more than were required before");
    }

    private static @Nullable Incompatibility dependent(Place earlier, Place later) {
        JsonNode before = earlier.get("dependentRequired");
        for (String trigger : later.schema().get("dependentRequired").propertyNames()) {
            Set<String> known = names(earlier.get("required"));
            known.addAll(names(before == null ? null : before.get(trigger)));
            if (!known.containsAll(names(later.schema().get("dependentRequired").get(trigger)))) {
                return Incompatibility.of(
                        earlier,
                        later,
                        "dependentRequired",
                        "more is required beside " + trigger,
                        "no more than was required before");
            }
        }
        return null;
    }

    private static Set<String> names(@Nullable JsonNode list) {
        Set<String> names = new TreeSet<>();
        if (list != null) {
            list.forEach(name -> names.add(name.stringValue()));
        }
        return names;
    }

    private static @Nullable BigDecimal number(Place schema, String keyword) {
        JsonNode value = schema.get(keyword);
        return value == null ? null : value.decimalValue();
    }

    private static Incompatibility bound(Place earlier, Place later, String keyword, BigDecimal now) {
        JsonNode before = earlier.get(keyword);
        return Incompatibility.of(
                earlier,
                later,
                keyword,
                keyword + " is " + now.toPlainString(),
                before == null ? "no " + keyword + ", as before" : "nothing narrower than " + before.asString());
    }
}
