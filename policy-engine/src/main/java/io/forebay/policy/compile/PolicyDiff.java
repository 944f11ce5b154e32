package io.forebay.policy.compile;

import io.forebay.policy.document.ObjectKey;
import java.util.List;

/// What one generation changed against the one before.
///
/// @param closed faulty objects without a good version, whose routes now answer 500
public record PolicyDiff(
        List<ObjectKey> added, List<ObjectKey> changed, List<ObjectKey> removed, List<ObjectKey> closed) {

    private static final int SHOWN = 8;

    public PolicyDiff {
        added = List.copyOf(added);
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
        closed = List.copyOf(closed);
    }

    public boolean isEmpty() {
        return added.isEmpty() && changed.isEmpty() && removed.isEmpty() && closed.isEmpty();
    }

    /// One line for the log: `added HTTPRoute default/shop; changed Queue default/reports`.
    public String summary() {
        StringBuilder line = new StringBuilder();
        append(line, "added", added);
        append(line, "changed", changed);
        append(line, "removed", removed);
        append(line, "failing closed", closed);
        return line.isEmpty() ? "nothing changed" : line.toString();
    }

    private static void append(StringBuilder line, String verb, List<ObjectKey> keys) {
        if (keys.isEmpty()) {
            return;
        }
        line.append(line.isEmpty() ? "" : "; ").append(verb).append(' ');
        line.append(String.join(
                ", ", keys.stream().limit(SHOWN).map(ObjectKey::toString).toList()));
        if (keys.size() > SHOWN) {
            line.append(" and ").append(keys.size() - SHOWN).append(" more");
        }
    }
}
