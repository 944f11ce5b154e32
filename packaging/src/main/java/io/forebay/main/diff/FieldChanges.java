package io.forebay.main.diff;

import io.forebay.policy.document.Yaml;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares two objects field by field. The order of members has no meaning, that of lists has.
final class FieldChanges {
    private static final int SHOWN_CHARS = 120;
    private static final String HIDDEN = "(secret)";

    private final boolean isSecret;
    private final List<FieldChange> found = new ArrayList<>();

    private FieldChanges(boolean isSecret) {
        this.isSecret = isSecret;
    }

    /// What the second says otherwise than the first.
    ///
    /// @param isSecret whether values are left out
    static List<FieldChange> between(Yaml before, Yaml after, boolean isSecret) {
        FieldChanges changes = new FieldChanges(isSecret);
        changes.compare("", before, after);
        return List.copyOf(changes.found);
    }

    private void compare(String path, @Nullable Yaml before, @Nullable Yaml after) {
        if (before instanceof Yaml.Mapping one && after instanceof Yaml.Mapping other) {
            members(path, one, other);
        } else if (before instanceof Yaml.Sequence(var at, var ones)
                && after instanceof Yaml.Sequence(var otherAt, var others)) {
            items(path, ones, others);
        } else {
            String was = before == null ? null : text(before);
            String is = after == null ? null : text(after);
            boolean isSame = was == null ? is == null : was.equals(is);
            if (!isSame) {
                found.add(new FieldChange(path, shown(was), shown(is)));
            }
        }
    }

    private void members(String path, Yaml.Mapping before, Yaml.Mapping after) {
        Set<String> names = new LinkedHashSet<>(before.entries().keySet());
        names.addAll(after.entries().keySet());
        for (String name : names) {
            String step = name.matches("[A-Za-z0-9_-]+") ? (path.isEmpty() ? name : "." + name) : "['" + name + "']";
            compare(path + step, before.value(name), after.value(name));
        }
    }

    private void items(String path, List<Yaml> before, List<Yaml> after) {
        Map<String, Yaml> ones = named(before);
        Map<String, Yaml> others = named(after);
        if (ones == null || others == null) {
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                compare(
                        path + "[" + i + "]",
                        i < before.size() ? before.get(i) : null,
                        i < after.size() ? after.get(i) : null);
            }
            return;
        }
        Set<String> names = new LinkedHashSet<>(ones.keySet());
        names.addAll(others.keySet());
        names.forEach(name -> compare(path + "[" + name + "]", ones.get(name), others.get(name)));
        List<String> orderBefore =
                ones.keySet().stream().filter(others::containsKey).toList();
        List<String> orderAfter =
                others.keySet().stream().filter(ones::containsKey).toList();
        if (!orderBefore.equals(orderAfter)) {
            found.add(
                    new FieldChange(path + " (order)", String.join(", ", orderBefore), String.join(", ", orderAfter)));
        }
    }

    /// The entries by name, or null where some have none or share one.
    private static @Nullable Map<String, Yaml> named(List<Yaml> items) {
        Map<String, Yaml> named = new LinkedHashMap<>();
        for (Yaml item : items) {
            String name = item instanceof Yaml.Mapping mapping ? mapping.text("name") : null;
            if (name == null || named.put(name, item) != null) {
                return null;
            }
        }
        return named;
    }

    private @Nullable String shown(@Nullable String text) {
        if (text == null) {
            return null;
        }
        if (isSecret) {
            return HIDDEN;
        }
        return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...";
    }

    /// In flow style, with members in the order of their names: equal texts mean equal values.
    private static String text(Yaml value) {
        return switch (value) {
            case Yaml.Scalar(var at, var type, var text) ->
                type == Yaml.ScalarType.STRING && looksOtherwise(text) ? "\"" + text + "\"" : text;
            case Yaml.Sequence(var at, var items) -> {
                List<String> texts = items.stream().map(FieldChanges::text).toList();
                yield "[" + String.join(", ", texts) + "]";
            }
            case Yaml.Mapping mapping -> {
                List<String> texts = new HashSet<>(mapping.entries().keySet())
                        .stream()
                                .sorted()
                                .map(name -> name + ": " + text(member(mapping, name)))
                                .toList();
                yield "{" + String.join(", ", texts) + "}";
            }
        };
    }

    private static Yaml member(Yaml.Mapping mapping, String name) {
        Yaml value = mapping.value(name);
        if (value == null) {
            throw new IllegalStateException(name);
        }
        return value;
    }

    /// A string that would be read as something else without quotes.
    private static boolean looksOtherwise(String text) {
        return text.isEmpty() || text.matches("(?i)true|false|null|~|[-+.]?[0-9][0-9_.eE+-]*");
    }
}
