package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One backend as the current policy describes it. Immutable; read by every loop.
///
/// @param endpoints in the order of the policy, no address twice, at most [#ENDPOINTS_MAX]; may be empty, then no call
///     finds a ready endpoint
/// @param discovery which others are to be found; once they are, they stand among `endpoints`
/// @param hedging when slow calls are made a second time; null for never
/// @param connections how long connections to it live
public record Backend(
        BackendId id,
        List<Endpoint> endpoints,
        BackendLimits limits,
        LoadBalancer loadBalancer,
        HealthCheck health,
        BackendTransport transport,
        Discovery discovery,
        @Nullable Hedging hedging,
        ConnectionSettings connections) {
    /// The endpoints one call has already tried fit one `long`.
    public static final int ENDPOINTS_MAX = 64;

    public Backend {
        requireNonNull(id, "id");
        requireNonNull(limits, "limits");
        requireNonNull(loadBalancer, "loadBalancer");
        requireNonNull(health, "health");
        requireNonNull(transport, "transport");
        requireNonNull(discovery, "discovery");
        requireNonNull(connections, "connections");
        endpoints = List.copyOf(endpoints);
        if (endpoints.size() > ENDPOINTS_MAX) {
            throw new IllegalArgumentException("backend " + id + " has " + endpoints.size() + " endpoints, at most "
                    + ENDPOINTS_MAX + " are allowed");
        }
        for (int i = 0; i < endpoints.size(); i++) {
            for (int earlier = 0; earlier < i; earlier++) {
                if (endpoints.get(i).hasAddressOf(endpoints.get(earlier))) {
                    throw new IllegalArgumentException("backend " + id + " names " + endpoints.get(i) + " twice");
                }
            }
        }
    }

    public Backend(
            BackendId id,
            List<Endpoint> endpoints,
            BackendLimits limits,
            LoadBalancer loadBalancer,
            HealthCheck health,
            BackendTransport transport,
            Discovery discovery,
            @Nullable Hedging hedging) {
        this(id, endpoints, limits, loadBalancer, health, transport, discovery, hedging, ConnectionSettings.DEFAULT);
    }

    public Backend(
            BackendId id,
            List<Endpoint> endpoints,
            BackendLimits limits,
            LoadBalancer loadBalancer,
            HealthCheck health,
            BackendTransport transport) {
        this(id, endpoints, limits, loadBalancer, health, transport, Discovery.NONE, null);
    }

    public Backend(
            BackendId id,
            List<Endpoint> endpoints,
            BackendLimits limits,
            LoadBalancer loadBalancer,
            HealthCheck health) {
        this(id, endpoints, limits, loadBalancer, health, BackendTransport.DEFAULT);
    }

    public Backend(BackendId id, List<Endpoint> endpoints, BackendLimits limits, Balance balance) {
        this(id, endpoints, limits, LoadBalancer.of(balance), HealthCheck.NONE);
    }

    public Backend(BackendId id, List<Endpoint> endpoints) {
        this(id, endpoints, BackendLimits.DEFAULT, Balance.LEAST_REQUEST);
    }

    /// The same with other endpoints.
    public Backend withEndpoints(List<Endpoint> others) {
        return new Backend(id, others, limits, loadBalancer, health, transport, discovery, hedging, connections);
    }

    /// The same with endpoints that are to be found.
    public Backend withDiscovery(Discovery wanted) {
        return new Backend(id, endpoints, limits, loadBalancer, health, transport, wanted, hedging, connections);
    }

    /// The same with connections of another life.
    public Backend withConnections(ConnectionSettings wanted) {
        return new Backend(id, endpoints, limits, loadBalancer, health, transport, discovery, hedging, wanted);
    }
}
