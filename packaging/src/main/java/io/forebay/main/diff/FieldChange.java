package io.forebay.main.diff;

import org.jspecify.annotations.Nullable;

/// One field that says something else.
///
/// @param path as `spec.rules[menu].timeouts.request`; entries of a list by their name where all have one, else by
/// index
/// @param before null where it is new
/// @param after null where it is gone
record FieldChange(
        String path, @Nullable String before, @Nullable String after) {
    private static final String NOTHING = "(absent)";

    @Override
    public String toString() {
        return path + ": " + (before == null ? NOTHING : before) + " -> " + (after == null ? NOTHING : after);
    }
}
