package io.forebay.main.seed;

import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Suggestion;
import io.forebay.policy.document.Yaml;
import io.forebay.policy.document.Yaml.Mapping;
import io.forebay.policy.document.Yaml.Scalar;
import io.forebay.policy.document.Yaml.ScalarType;
import io.forebay.policy.document.Yaml.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The fields of one mapping, each of the type that is asked for. What is of another, and what nobody asks for, is an
/// error at its place.
///
/// @param path of the mapping in its file, or empty
record Fields(Mapping mapping, String path, Findings findings) {

    /// @param known every key that there may be
    static Fields of(Mapping mapping, String path, Findings findings, List<String> known) {
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                String nearest = Suggestion.nearest(key, known);
                findings.error(
                        entry.keyAt(),
                        path,
                        "unknown key \"" + key + "\"",
                        nearest == null ? "one of " + String.join(", ", known) : nearest);
            }
        });
        return new Fields(mapping, path, findings);
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private void wrong(Yaml value, String where, String expected) {
        findings.error(value.at(), where, "found " + value.found(), expected);
    }

    /// A text or a whole number that is `valid`; empty where there is none, or another.
    Optional<String> text(String key, Predicate<String> valid, String expected) {
        Yaml value = mapping.value(key);
        return value == null ? Optional.empty() : scalar(value, at(key), valid, expected);
    }

    private Optional<String> scalar(Yaml value, String where, Predicate<String> valid, String expected) {
        if (value instanceof Scalar scalar
                && (scalar.type() == ScalarType.STRING || scalar.type() == ScalarType.INTEGER)
                && valid.test(scalar.text())) {
            return Optional.of(scalar.text());
        }
        wrong(value, where, expected);
        return Optional.empty();
    }

    /// The same, of a field that has to be there.
    Optional<String> required(String key, Predicate<String> valid, String expected) {
        if (mapping.value(key) == null) {
            findings.error(mapping.at(), at(key), "is missing", expected);
        }
        return text(key, valid, expected);
    }

    /// The same, of a field that may be a secret: what is wrong with it says how long it is, and nothing of it.
    Optional<String> requiredSecret(String key, Predicate<String> valid, String expected) {
        if (mapping.value(key) instanceof Scalar scalar
                && !(scalar.type() == ScalarType.STRING && valid.test(scalar.text()))) {
            findings.error(scalar.at(), at(key), "found " + length(scalar), expected);
            return Optional.empty();
        }
        return required(key, valid, expected);
    }

    private static String length(Scalar scalar) {
        String type = switch (scalar.type()) {
            case STRING -> "a text";
            case INTEGER, DECIMAL -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "nothing";
        };
        return scalar.type() == ScalarType.NULL
                ? type
                : type + " of " + scalar.text().length() + " characters";
    }

    boolean isTrue(String key) {
        Yaml value = mapping.value(key);
        if (value == null) {
            return false;
        }
        if (value instanceof Scalar scalar && scalar.type() == ScalarType.BOOLEAN) {
            return scalar.text().equalsIgnoreCase("true");
        }
        wrong(value, at(key), "true or false");
        return false;
    }

    List<String> texts(String key, Predicate<String> valid, String expected) {
        List<String> texts = new ArrayList<>();
        List<Yaml> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            scalar(items.get(i), at(key) + "[" + i + "]", valid, expected).ifPresent(texts::add);
        }
        return texts;
    }

    private List<Yaml> items(String key) {
        Yaml value = mapping.value(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof Sequence sequence) {
            return sequence.items();
        }
        wrong(value, at(key), "a list");
        return List.of();
    }

    /// @param known every key that the mapping may have
    Optional<Fields> fields(String key, List<String> known) {
        Yaml value = mapping.value(key);
        return value == null ? Optional.empty() : fields(value, at(key), known);
    }

    private Optional<Fields> fields(Yaml value, String where, List<String> known) {
        if (value instanceof Mapping below) {
            return Optional.of(of(below, where, findings, known));
        }
        wrong(value, where, "names with their values");
        return Optional.empty();
    }

    List<Fields> list(String key, List<String> known) {
        List<Fields> all = new ArrayList<>();
        List<Yaml> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            fields(items.get(i), at(key) + "[" + i + "]", known).ifPresent(all::add);
        }
        return all;
    }

    /// Mappings by names that are not fixed, in the order of the file.
    ///
    /// @param known every key that each may have
    List<Map.Entry<String, Fields>> named(String key, List<String> known) {
        List<Map.Entry<String, Fields>> all = new ArrayList<>();
        Yaml value = mapping.value(key);
        if (value instanceof Mapping names) {
            names.entries()
                    .forEach((name, entry) -> fields(entry.value(), at(key) + "." + name, known)
                            .ifPresent(below -> all.add(Map.entry(name, below))));
        } else if (value != null) {
            wrong(value, at(key), "names with their values");
        }
        return all;
    }

    /// An error of the mapping as a whole.
    void refuse(String message, String expected) {
        findings.error(mapping.at(), path, message, expected);
    }
}
