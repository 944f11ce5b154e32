package io.forebay.policy.document;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What every policy object bears: its key, its metadata, and the tree it was read from, which knows the place of
/// each of its fields.
///
/// @param createdAtMs `metadata.creationTimestamp` in epoch milliseconds, 0 where the file gives none
public record Header(
        ObjectKey key,
        Map<String, String> labels,
        Map<String, String> annotations,
        long createdAtMs,
        Yaml.Mapping root) {

    private static final Pattern STEP = Pattern.compile("\\['([^']*)']|([^.\\[\\]]+)|\\[([0-9]+)]");

    /// Where the object begins.
    public Position at() {
        return root.at();
    }

    /// Where the field of a path such as `spec.rules[0].backendRefs[1].name` stands; where the path leads nowhere,
    /// the last part of it that exists.
    public Position at(String path) {
        Yaml node = root;
        Matcher steps = STEP.matcher(path);
        while (steps.find()) {
            String key = steps.group(1) == null ? steps.group(2) : steps.group(1);
            Yaml next = step(node, key, steps.group(3));
            if (next == null) {
                return node.at();
            }
            node = next;
        }
        return node.at();
    }

    private static @Nullable Yaml step(Yaml node, @Nullable String key, @Nullable String index) {
        if (key != null) {
            return node instanceof Yaml.Mapping mapping ? mapping.value(key) : null;
        }
        return node instanceof Yaml.Sequence(var at, var items)
                        && index != null
                        && Integer.parseInt(index) < items.size()
                ? items.get(Integer.parseInt(index))
                : null;
    }

    /// Whether two objects say the same, wherever they stand and however they are laid out.
    @SuppressWarnings("ReferenceEquality") // the tree of a file that has not changed is the same one
    public boolean saysTheSameAs(Header other) {
        return root == other.root || (key.equals(other.key) && content(root).equals(content(other.root)));
    }

    private static Object content(Yaml node) {
        return switch (node) {
            case Yaml.Scalar(var at, var type, var text) -> type + ":" + text;
            case Yaml.Sequence(var at, var items) -> {
                List<Object> contents = new ArrayList<>();
                items.forEach(item -> contents.add(content(item)));
                yield contents;
            }
            case Yaml.Mapping(var at, var entries) -> {
                Map<String, Object> contents = new HashMap<>();
                entries.forEach((key, entry) -> contents.put(key, content(entry.value())));
                yield contents;
            }
        };
    }
}
