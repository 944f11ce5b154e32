package io.forebay.policy.document;

import io.forebay.policy.document.Yaml.ScalarType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns a [Yaml] tree into a typed document, field by field of its [Shape]. An unknown key is an error at the key
/// with the nearest known name; a value of the wrong type is an error at the value that names what was expected.
/// A faulty value is left out of a bean, so that the healthy rest of a route can still be told; a record with a
/// faulty or missing required component is left out as a whole. All faults are found in one pass.
final class Binder {

    private final RuleTable rules;
    private final Findings findings;

    /// @param rules says which fields exist in the language but are not supported yet
    Binder(RuleTable rules, Findings findings) {
        this.rules = rules;
        this.findings = findings;
    }

    /// The bound object, or null where nothing usable was found (then a finding says why).
    <T> @Nullable T bind(Yaml node, Class<T> type, String path) {
        return type.cast(value(node, type, path));
    }

    private @Nullable Object value(Yaml node, Type type, String path) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == Map.class ? textMap(node, path) : list(node, generic, path);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return text(node, path);
        } else if (plain == Integer.class || plain == int.class) {
            return integer(node, path, Integer.MIN_VALUE, Integer.MAX_VALUE, Math::toIntExact);
        } else if (plain == Long.class || plain == long.class) {
            return integer(node, path, Long.MIN_VALUE, Long.MAX_VALUE, Function.identity());
        } else if (plain == Double.class) {
            return decimal(node, path);
        } else if (plain == Boolean.class || plain == boolean.class) {
            return bool(node, path);
        } else if (plain == Duration.class) {
            return parsed(node, path, Gep2257::parse, Gep2257.EXPECTED);
        } else if (plain == ByteSize.class) {
            return size(node, path);
        } else if (plain.isEnum()) {
            return constant(node, plain, path);
        }
        return object(node, plain, path);
    }

    private @Nullable Object object(Yaml node, Class<?> type, String path) {
        if (!(node instanceof Yaml.Mapping mapping)) {
            return mismatch(node, path, "a mapping");
        }
        Shape shape = Shape.of(type);
        Map<String, Object> values = new LinkedHashMap<>();
        boolean isWhole = true;
        for (Map.Entry<String, Yaml.Entry> entry : mapping.entries().entrySet()) {
            String fieldPath = child(path, entry.getKey());
            if (rules.isNotYet(fieldPath)) {
                findings.error(entry.getValue().keyAt(), fieldPath, "this field is not supported yet");
                isWhole = false;
                continue;
            }
            Shape.Field field = shape.fields().get(entry.getKey());
            if (field == null) {
                unknown(entry.getValue().keyAt(), fieldPath, entry.getKey(), shape);
                isWhole = false;
                continue;
            }
            Object value = value(entry.getValue().value(), field.type(), fieldPath);
            if (value == null) {
                isWhole = false;
            } else {
                values.put(field.name(), value);
            }
        }
        for (Shape.Field field : shape.fields().values()) {
            if (field.isRequired() && !mapping.entries().containsKey(field.name())) {
                findings.error(mapping.at(), path, "the field " + field.name() + " is missing");
                isWhole = false;
            }
        }
        return isWhole || shape instanceof Shape.BeanShape ? shape.create(values) : null;
    }

    private void unknown(Position at, String path, String key, Shape shape) {
        String nearest = Suggestion.nearest(key, shape.fields().keySet());
        if (nearest != null) {
            findings.error(at, path, "unknown field \"" + key + "\"; did you mean \"" + nearest + "\"?");
        } else if (shape.fields().isEmpty()) {
            findings.error(at, path, "unknown field \"" + key + "\"", "{}");
        } else {
            findings.error(
                    at,
                    path,
                    "unknown field \"" + key + "\"",
                    "one of " + String.join(", ", shape.fields().keySet()));
        }
    }

    private @Nullable Object list(Yaml node, ParameterizedType type, String path) {
        if (!(node instanceof Yaml.Sequence sequence)) {
            return mismatch(node, path, "a list");
        }
        List<Object> items = new ArrayList<>();
        boolean isWhole = true;
        for (int i = 0; i < sequence.items().size(); i++) {
            Object item = value(sequence.items().get(i), type.getActualTypeArguments()[0], path + "[" + i + "]");
            if (item == null) {
                isWhole = false;
            } else {
                items.add(item);
            }
        }
        return isWhole ? items : null;
    }

    private @Nullable Object textMap(Yaml node, String path) {
        if (!(node instanceof Yaml.Mapping mapping)) {
            return mismatch(node, path, "a mapping of names to strings");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        boolean isWhole = true;
        for (Map.Entry<String, Yaml.Entry> entry : mapping.entries().entrySet()) {
            String text = text(entry.getValue().value(), child(path, entry.getKey()));
            if (text == null) {
                isWhole = false;
            } else {
                texts.put(entry.getKey(), text);
            }
        }
        return isWhole ? texts : null;
    }

    private @Nullable String text(Yaml node, String path) {
        if (node instanceof Yaml.Scalar(var at, var type, var text)) {
            if (type == ScalarType.STRING) {
                return text;
            }
            findings.error(
                    at,
                    path,
                    "found " + node.found(),
                    type == ScalarType.NULL ? "a string" : "a string; write \"" + text + "\" in quotes");
            return null;
        }
        mismatch(node, path, "a string");
        return null;
    }

    private <N> @Nullable N integer(Yaml node, String path, long min, long max, Function<Long, N> narrow) {
        if (node instanceof Yaml.Scalar(var at, var type, var text) && type == ScalarType.INTEGER) {
            try {
                long value = Long.parseLong(text);
                if (value >= min && value <= max) {
                    return narrow.apply(value);
                }
            } catch (NumberFormatException e) {
                // falls through: hexadecimal, octal or beyond a long
            }
            findings.error(at, path, "found the number " + text, "a decimal whole number of at most " + max);
            return null;
        }
        mismatch(node, path, "a whole number");
        return null;
    }

    private @Nullable Double decimal(Yaml node, String path) {
        if (node instanceof Yaml.Scalar scalar
                && (scalar.type() == ScalarType.INTEGER || scalar.type() == ScalarType.DECIMAL)
                && scalar.text().matches("[-+]?[0-9]{1,9}(\\.[0-9]{1,9})?")) {
            return Double.valueOf(scalar.text());
        }
        mismatch(node, path, "a number such as 5 or 0.5");
        return null;
    }

    private @Nullable Boolean bool(Yaml node, String path) {
        if (node instanceof Yaml.Scalar scalar && scalar.type() == ScalarType.BOOLEAN) {
            return Boolean.valueOf(scalar.text());
        }
        mismatch(node, path, "true or false");
        return null;
    }

    private @Nullable Object size(Yaml node, String path) {
        return node instanceof Yaml.Scalar scalar && scalar.type() == ScalarType.INTEGER
                ? ByteSize.parse(scalar.text()).orElseGet(() -> {
                    mismatch(node, path, ByteSize.EXPECTED);
                    return null;
                })
                : parsed(node, path, ByteSize::parse, ByteSize.EXPECTED);
    }

    private <V> @Nullable V parsed(Yaml node, String path, Function<String, Optional<V>> grammar, String expected) {
        if (node instanceof Yaml.Scalar scalar && scalar.type() == ScalarType.STRING) {
            Optional<V> value = grammar.apply(scalar.text());
            if (value.isPresent()) {
                return value.get();
            }
        }
        mismatch(node, path, expected);
        return null;
    }

    private @Nullable Object constant(Yaml node, Class<?> type, String path) {
        Map<String, Object> constants = constants(type);
        if (node instanceof Yaml.Scalar scalar && scalar.type() == ScalarType.STRING) {
            Object constant = constants.get(scalar.text());
            if (constant != null) {
                return constant;
            }
        }
        return mismatch(node, path, "one of " + String.join(", ", constants.keySet()));
    }

    private static Map<String, Object> constants(Class<?> type) {
        return Arrays.stream(type.getFields())
                .filter(java.lang.reflect.Field::isEnumConstant)
                .collect(Collectors.toMap(Binder::constantName, Binder::constant, (a, b) -> a, LinkedHashMap::new));
    }

    private static String constantName(java.lang.reflect.Field field) {
        Key key = field.getAnnotation(Key.class);
        return key == null ? field.getName() : key.value();
    }

    private static Object constant(java.lang.reflect.Field field) {
        try {
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " is not readable", e);
        }
    }

    private @Nullable Object mismatch(Yaml node, String path, String expected) {
        findings.error(node.at(), path, "found " + node.found(), expected);
        return null;
    }

    /// The path of a field: `spec.rules`, or `spec['tls.crt']` where the key is no plain word.
    static String child(String path, String key) {
        boolean isWord =
                !key.isEmpty() && key.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_');
        if (!isWord) {
            return path + "['" + key + "']";
        }
        return path.isEmpty() ? key : path + "." + key;
    }
}
