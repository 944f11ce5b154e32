package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// Which endpoints of a backend are to be found, beside those that stand in its policy.
///
/// @param names in the order of the policy
public record Discovery(List<EndpointName> names, NameLookup lookup) {
    /// All endpoints are known.
    public static final Discovery NONE = new Discovery(List.of(), NameLookup.DEFAULT);

    public Discovery {
        names = List.copyOf(names);
        requireNonNull(lookup, "lookup");
    }
}
