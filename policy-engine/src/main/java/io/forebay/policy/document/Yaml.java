package io.forebay.policy.document;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A YAML value whose every part knows its place. Immutable; aliases share their subtree.
public sealed interface Yaml {

    /// Where the value begins.
    Position at();

    /// How an error message names what was found.
    String found();

    /// What a plain scalar means under the YAML 1.2 core schema; quoted scalars are always strings.
    enum ScalarType {
        STRING,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        NULL
    }

    record Scalar(Position at, ScalarType type, String text) implements Yaml {
        private static final int SHOWN_CHARS = 60;

        @Override
        public String found() {
            return switch (type) {
                case STRING -> "\"" + shortened() + "\"";
                case INTEGER, DECIMAL -> "the number " + shortened();
                case BOOLEAN -> "the boolean " + text;
                case NULL -> "nothing";
            };
        }

        private String shortened() {
            return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...";
        }
    }

    record Sequence(Position at, List<Yaml> items) implements Yaml {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String found() {
            return "a list";
        }
    }

    /// Names and their values.
    ///
    /// @param entries in the order of the file; keys are unique, the reader refuses duplicates
    record Mapping(Position at, Map<String, Entry> entries) implements Yaml {
        public Mapping {
            entries = entries.size() <= FewEntries.MAX
                    ? FewEntries.of(entries)
                    : Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        public @Nullable Yaml value(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value();
        }

        /// The text of a string entry, or null when it is absent or not a string.
        public @Nullable String text(String key) {
            return value(key) instanceof Scalar(var at, var type, var text) && type == ScalarType.STRING ? text : null;
        }

        @Override
        public String found() {
            return "a mapping";
        }
    }

    /// One entry of a mapping.
    ///
    /// @param keyAt where the key stands, which is where an unknown key is reported
    record Entry(Position keyAt, Yaml value) {}
}
