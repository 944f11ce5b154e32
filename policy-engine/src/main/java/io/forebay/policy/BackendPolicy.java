package io.forebay.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One Backend: where it listens, which names lead to more such places, how much of it may be used at a time, how its
/// endpoints are chosen and watched, and
/// how they are spoken to.
///
/// @param id namespace/name
/// @param hedging null for none
public record BackendPolicy(
        String id,
        List<Endpoint> endpoints,
        Limits limits,
        BackendBalancing balancing,
        BackendHealthCheck health,
        TransportPolicy transport,
        BackendDiscovery discovery,
        @Nullable BackendHedging hedging) {

    public BackendPolicy {
        endpoints = List.copyOf(endpoints);
    }

    /// The same without names or hedging.
    public BackendPolicy(
            String id,
            List<Endpoint> endpoints,
            Limits limits,
            BackendBalancing balancing,
            BackendHealthCheck health,
            TransportPolicy transport) {
        this(id, endpoints, limits, balancing, health, transport, BackendDiscovery.NONE, null);
    }

    /// An address of the backend.
    ///
    /// @param host IP address, or the absolute path of a Unix socket
    /// @param port 0 for a Unix socket
    /// @param weight relative share, 1 or more
    public record Endpoint(String host, int port, int weight) {
        public Endpoint {
            if (!(host.startsWith("/") && port == 0) && (port < 1 || port > 65_535)) {
                throw new IllegalArgumentException("port " + port + " is not in 1..65535");
            }
            if (weight < 1) {
                throw new IllegalArgumentException("weight " + weight + " is not 1 or more");
            }
        }

        /// A socket of this machine.
        public static Endpoint unix(String path) {
            return new Endpoint(path, 0, 1);
        }
    }

    /// Upper bounds; beyond each the request is refused, not queued.
    public record Limits(int connectionsMax, int pendingMax, int activeRequestsMax) {
        public static final Limits DEFAULT = new Limits(1024, 1024, 1024);

        public Limits {
            if (connectionsMax < 1 || pendingMax < 0 || activeRequestsMax < 1) {
                throw new IllegalArgumentException("limits must leave room for one request");
            }
        }
    }
}
