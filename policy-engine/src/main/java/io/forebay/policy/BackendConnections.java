package io.forebay.policy;

import org.jspecify.annotations.Nullable;

/// The life of the connections to one Backend.
///
/// @param connectTimeoutNs until a connection stands
/// @param idleTimeoutNs how long one may rest
/// @param durationMaxNs how old one may become; 0 for any age
/// @param requestsMax how many requests one carries; 0 for any number
/// @param preconnected how many each endpoint has ready; 0 for none
/// @param keepalive null for the system's times
public record BackendConnections(
        long connectTimeoutNs,
        long idleTimeoutNs,
        long durationMaxNs,
        int requestsMax,
        int preconnected,
        @Nullable Keepalive keepalive) {
    /// What holds where no policy says otherwise.
    public static final BackendConnections DEFAULT =
            new BackendConnections(5_000_000_000L, 50_000_000_000L, 0, 0, 0, null);

    /// When the kernel asks whether anybody is at the other end; each 0 leaves it to the system.
    public record Keepalive(int probes, int idleSeconds, int intervalSeconds) {}
}
