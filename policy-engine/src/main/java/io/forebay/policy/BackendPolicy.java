package io.forebay.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One Backend: where it listens, which names lead to more such places, how much of it may be used at a time, how its
/// endpoints are chosen and watched, how they are spoken to, and how long connections live.
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
        @Nullable BackendHedging hedging,
        BackendConnections connections) {

    public BackendPolicy {
        endpoints = List.copyOf(endpoints);
    }

    /// The same with connections that nothing is said of.
    public BackendPolicy(
            String id,
            List<Endpoint> endpoints,
            Limits limits,
            BackendBalancing balancing,
            BackendHealthCheck health,
            TransportPolicy transport,
            BackendDiscovery discovery,
            @Nullable BackendHedging hedging) {
        this(id, endpoints, limits, balancing, health, transport, discovery, hedging, BackendConnections.DEFAULT);
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

    /// The same with endpoints that nobody asks how they are.
    public BackendPolicy withoutProbes() {
        BackendHealthCheck unasked = new BackendHealthCheck(null, health.passive(), health.panicPercent());
        return new BackendPolicy(id, endpoints, limits, balancing, unasked, transport, discovery, hedging, connections);
    }

    /// An address of the backend.
    ///
    /// @param host IP address, or the absolute path of a Unix socket
    /// @param port 0 for a Unix socket
    /// @param weight relative share, 1 or more
    /// @param zone in which it is, or null
    public record Endpoint(
            String host, int port, int weight, @Nullable String zone) {
        public Endpoint {
            if (!(host.startsWith("/") && port == 0) && (port < 1 || port > 65_535)) {
                throw new IllegalArgumentException("port " + port + " is not in 1..65535");
            }
            if (weight < 1) {
                throw new IllegalArgumentException("weight " + weight + " is not 1 or more");
            }
        }

        public Endpoint(String host, int port, int weight) {
            this(host, port, weight, null);
        }

        /// A socket of this machine.
        public static Endpoint unix(String path) {
            return new Endpoint(path, 0, 1);
        }
    }

    /// Upper bounds; beyond each the request is refused, not queued.
    ///
    /// @param adaptive how the bound of requests is lowered to what the backend can bear, or null
    /// @param admission when calls are not made since too many fail, or null
    public record Limits(
            int connectionsMax,
            int pendingMax,
            int activeRequestsMax,
            @Nullable AdaptiveConcurrency adaptive,
            @Nullable AdmissionControl admission) {
        public static final Limits DEFAULT = new Limits(1024, 1024, 1024);

        public Limits {
            if (connectionsMax < 1 || pendingMax < 0 || activeRequestsMax < 1) {
                throw new IllegalArgumentException("limits must leave room for one request");
            }
        }

        /// Numbers that stay what they are.
        public Limits(int connectionsMax, int pendingMax, int activeRequestsMax) {
            this(connectionsMax, pendingMax, activeRequestsMax, null, null);
        }
    }

    /// How the number of requests follows the time that answers take.
    ///
    /// @param windowNs how often the limit moves
    /// @param slackPercent by how much answers may be slower than the fastest before it falls
    /// @param probeNs how often it is halved for a moment, to see how fast answers can be
    public record AdaptiveConcurrency(int limitMin, int limitMax, long windowNs, int slackPercent, long probeNs) {}

    /// How many calls are not made by how many of the last have failed.
    ///
    /// @param windowNs of the calls that count
    /// @param successPercentMin what is wanted of them
    /// @param aggression 1 or more
    /// @param requestsPerSecondMin with fewer, all are made
    /// @param rejectionPercentMax so many are not made at most
    public record AdmissionControl(
            long windowNs,
            double successPercentMin,
            int aggression,
            int requestsPerSecondMin,
            double rejectionPercentMax) {}
}
