package io.forebay.policy.route;

import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import java.util.ArrayList;
import java.util.List;

/// A header modifier: `set` replaces all lines of a name, `add` appends a line, `remove` drops all lines of a name.
/// Bytes are ready to be written.
public record HeaderEdits(List<ForwardedHeader> set, List<ForwardedHeader> add, List<HeaderName> remove) {

    public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of(), List.of());

    public HeaderEdits {
        set = List.copyOf(set);
        add = List.copyOf(add);
        remove = List.copyOf(remove);
    }

    public boolean isEmpty() {
        return set.isEmpty() && add.isEmpty() && remove.isEmpty();
    }

    /// These edits and then `next`, which has the last word on the names it sets or removes, as one.
    public HeaderEdits then(HeaderEdits next) {
        if (next.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return next;
        }
        List<ForwardedHeader> bothSet = without(set, next);
        bothSet.addAll(next.set);
        List<ForwardedHeader> bothAdd = without(add, next);
        bothAdd.addAll(next.add);
        List<HeaderName> bothRemove = new ArrayList<>(remove);
        bothRemove.addAll(next.remove);
        return new HeaderEdits(bothSet, bothAdd, bothRemove);
    }

    private static List<ForwardedHeader> without(List<ForwardedHeader> headers, HeaderEdits next) {
        List<ForwardedHeader> kept = new ArrayList<>();
        for (ForwardedHeader header : headers) {
            boolean isReplaced = next.remove.contains(header.name())
                    || next.set.stream().anyMatch(other -> other.name().equals(header.name()));
            if (!isReplaced) {
                kept.add(header);
            }
        }
        return kept;
    }
}
