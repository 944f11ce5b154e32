package io.forebay.policy;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// How the endpoints of one backend share its calls.
///
/// @param slowStartNs how long a new or readmitted endpoint grows into its share; 0 for at once
/// @param hashKey what decides the endpoint; with [Type#CONSISTENT_HASH] only
/// @param preferLocal how endpoints of the gateway's own zone go before others; null for not at all
public record BackendBalancing(
        Type type,
        long slowStartNs,
        @Nullable HashKey hashKey,
        @Nullable PreferLocal preferLocal) {
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

    /// Endpoints of the gateway's own zone go first.
    ///
    /// @param forcedEndpoints with so many healthy ones they take all calls; 0 for never
    public record PreferLocal(int forcedEndpoints) {}

    /// No zone is preferred.
    public BackendBalancing(Type type, long slowStartNs, @Nullable HashKey hashKey) {
        this(type, slowStartNs, hashKey, null);
    }

    public BackendBalancing {
        requireNonNull(type, "type");
        if ((type == Type.CONSISTENT_HASH) != (hashKey != null)) {
            throw new IllegalArgumentException("a hash key and " + Type.CONSISTENT_HASH + " belong together");
        }
    }
}
