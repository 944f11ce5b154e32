package io.forebay.mesh.discovery;

import org.jspecify.annotations.Nullable;

/// What is known of a name at one moment.
///
/// @param hostname the name
/// @param addresses how many of its addresses are endpoints, by the last good answer
/// @param failures lookups in a row that brought no addresses
/// @param fault why the last one did not; null if it did, or none has ended yet
public record NameStatus(
        String hostname,
        int addresses,
        int failures,
        @Nullable String fault) {}
