package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.resilience.ConcurrencyLimit;

/// The connections of one loop to one endpoint: one pool for all clients, or one for each where the endpoint is told
/// whom a connection is for. Owned by its loop.
sealed interface EndpointPools permits EndpointPool, ClientPools {
    Endpoint endpoint();

    UpstreamConnector connector();

    /// What connections and waiting calls are counted against.
    ConcurrencyLimit limit();

    /// The pool for a call.
    EndpointPool of(Exchange exchange);

    /// A later policy says how connections live, and how new ones are made: as `later` makes them, which opens such as
    /// these.
    void follow(UpstreamConnector later);

    /// The policy no longer names the endpoint.
    void retire();
}
