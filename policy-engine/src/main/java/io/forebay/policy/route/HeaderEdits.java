package io.forebay.policy.route;

import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
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
}
