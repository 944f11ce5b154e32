package io.forebay.gateway.proxy;

import io.forebay.gateway.http.ClientEnds;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.Exchange;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.resilience.ConcurrencyLimit;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/// The connections of one loop to an endpoint that is told by the PROXY protocol whom each is for: a pool for each
/// connection of a client, and one for what has no client. A pool goes when its client does, or when its last
/// connection has gone, by its [ConnectionLife]; the backend's limits hold for all of them together.
///
/// Owned by its loop.
final class ClientPools implements EndpointPools, ClientEnds.Listener, Deadlines.Timed {
    /// Clients beyond these get connections for one call each.
    static final int POOLS_MAX = 4_096;

    private UpstreamConnector connector;
    private final Endpoint endpoint;
    private final ConcurrencyLimit limit;
    private final Map<ConnectionAddresses, EndpointPool> byClient = new HashMap<>();
    private boolean isRetired;
    private int deadlineSlot = Deadlines.NONE;

    ClientPools(UpstreamConnector connector, Endpoint endpoint, ConcurrencyLimit limit) {
        this.connector = connector;
        this.endpoint = endpoint;
        this.limit = limit;
    }

    /// Begins to look for pools that nobody needs, until it is retired and there are none.
    void start() {
        connector.loop().deadlines().add(this);
        connector.loop().clientEnds().add(this);
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public UpstreamConnector connector() {
        return connector;
    }

    @Override
    public ConcurrencyLimit limit() {
        return limit;
    }

    @Override
    public void follow(UpstreamConnector later) {
        connector = later;
        byClient.forEach((client, pool) -> pool.follow(later.forClient(client)));
    }

    @Override
    public EndpointPool of(Exchange exchange) {
        ConnectionAddresses client = exchange.connection().addresses();
        EndpointPool known = byClient.get(client);
        if (known != null) {
            return known;
        }
        EndpointPool pool = new EndpointPool(connector.forClient(client), endpoint, limit);
        pool.start();
        if (!isRetired && byClient.size() < POOLS_MAX) {
            byClient.put(client, pool);
        } else {
            pool.retire();
        }
        return pool;
    }

    @Override
    public void onClientEnd(ConnectionAddresses client) {
        EndpointPool pool = byClient.remove(client);
        if (pool != null) {
            // Nobody else may use what rests there; what is under way ends with its call.
            pool.retire();
        }
    }

    @Override
    public void retire() {
        isRetired = true;
        byClient.values().forEach(EndpointPool::retire);
    }

    @Override
    public void onSweep(long nowNs) {
        for (Iterator<EndpointPool> pools = byClient.values().iterator(); pools.hasNext(); ) {
            EndpointPool pool = pools.next();
            if (pool.isUnused()) {
                pool.retire();
                pools.remove();
            }
        }
        if (isRetired && byClient.isEmpty()) {
            connector.loop().deadlines().remove(this);
            connector.loop().clientEnds().remove(this);
        }
    }

    @Override
    public int deadlineSlot() {
        return deadlineSlot;
    }

    @Override
    public void deadlineSlot(int slot) {
        deadlineSlot = slot;
    }
}
