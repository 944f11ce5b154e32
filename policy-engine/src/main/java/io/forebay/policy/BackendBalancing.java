package io.forebay.policy;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// How the endpoints of one backend share its calls.
///
/// @param slowStartNs how long a new or readmitted endpoint grows into its share; 0 for at once
/// @param hashKey what decides the endpoint; with [Type#CONSISTENT_HASH] only
public record BackendBalancing(
        Type type, long slowStartNs, @Nullable HashKey hashKey) {
    public static final BackendBalancing DEFAULT = new BackendBalancing(Type.LEAST_REQUEST, 0, null);

    /// The `type` of the policy.
    public enum Type {
        ROUND_ROBIN,
        LEAST_REQUEST,
        CONSISTENT_HASH,
        PEAK_EWMA
    }

    /// What of a request is hashed.
    public sealed interface HashKey {
        record SourceIp() implements HashKey {}

        /// The first line of a field.
        ///
        /// @param name in lower case
        record Header(String name) implements HashKey {}

        record Cookie(String name) implements HashKey {}
    }

    public BackendBalancing {
        requireNonNull(type, "type");
        if ((type == Type.CONSISTENT_HASH) != (hashKey != null)) {
            throw new IllegalArgumentException("a hash key and " + Type.CONSISTENT_HASH + " belong together");
        }
    }
}
