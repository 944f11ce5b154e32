package io.forebay.gateway.proxy;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.Exchange;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.forebay.mesh.ConnectionSettings;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.balance.FirstByteTimes;
import io.forebay.mesh.balance.LoopBackend;
import io.forebay.mesh.balance.LoopEndpoint;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.CircuitBreaker;
import io.forebay.mesh.resilience.ConcurrencyLimit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One backend as one loop calls it: the choice of endpoints and a pool for each. Owned by its loop; the next policy
/// generation makes the next one and keeps the pools of the addresses that stay.
final class LoopUpstream {
    private final LoopBackend backend;
    private final String name;
    private final List<EndpointPools> pools;
    private final @Nullable RequestHash hash;
    /// Where slow calls are hedged: those that may become slow.
    private final @Nullable SentCalls hedged;
    /// By endpoint; made when the first session asks.
    private long @Nullable [] sessionTags;

    private LoopUpstream(LoopBackend backend, List<EndpointPools> pools, @Nullable SentCalls hedged) {
        this.backend = backend;
        this.name = backend.backend().id().toString();
        this.pools = pools;
        this.hedged = hedged;
        this.hash = RequestHash.by(backend.backend().loadBalancer().hashKey());
    }

    static LoopUpstream of(BackendGuard guard, @Nullable LoopUpstream earlier, UpstreamConnector connector) {
        LoopBackend backend = earlier == null ? LoopBackend.of(guard) : earlier.backend.next(guard);
        List<EndpointPools> pools = new ArrayList<>();
        for (Endpoint endpoint : guard.backend().endpoints()) {
            EndpointPools kept = earlier == null ? null : earlier.poolsOf(endpoint, guard.limit(), connector);
            if (kept != null) {
                kept.follow(connector);
            }
            pools.add(kept == null ? begun(connector, endpoint, guard.limit()) : kept);
        }
        SentCalls hedged = guard.backend().hedging() == null ? null : hedged(earlier, connector);
        return new LoopUpstream(backend, List.copyOf(pools), hedged);
    }

    private static SentCalls hedged(@Nullable LoopUpstream earlier, UpstreamConnector connector) {
        return earlier == null || earlier.hedged == null
                ? new SentCalls(connector.loop().eventLoop())
                : earlier.hedged;
    }

    private static EndpointPools begun(UpstreamConnector connector, Endpoint endpoint, ConcurrencyLimit limit) {
        if (connector.transport().proxyProtocol() != null) {
            ClientPools pools = new ClientPools(connector, endpoint, limit);
            pools.start();
            return pools;
        }
        EndpointPool pool = new EndpointPool(connector, endpoint, limit);
        pool.start();
        return pool;
    }

    /// A backend that was gone in a generation this loop never saw has come back with counts of its own: its earlier
    /// pools are not kept. Nor are those whose connections the policy now wants otherwise.
    @SuppressWarnings("ReferenceEquality") // counts are shared by identity
    private @Nullable EndpointPools poolsOf(Endpoint endpoint, ConcurrencyLimit limit, UpstreamConnector connector) {
        for (EndpointPools pool : pools) {
            if (pool.limit() == limit
                    && pool.endpoint().hasAddressOf(endpoint)
                    && pool.connector().opensLike(connector)) {
                return pool;
            }
        }
        return null;
    }

    /// Closes what rests in the pools that `later` does not keep.
    void retireAllBut(@Nullable LoopUpstream later) {
        for (EndpointPools pool : pools) {
            if (later == null || !later.pools.contains(pool)) {
                pool.retire();
            }
        }
    }

    BackendId id() {
        return backend.backend().id();
    }

    /// The id as text, made once.
    String name() {
        return name;
    }

    /// Whether the breaker of some endpoint is not closed.
    boolean isBreakerOpen() {
        return backend.guard().breakers().stream().anyMatch(breaker -> breaker.phase() != CircuitBreaker.Phase.CLOSED);
    }

    /// Whether calls that are slow to be answered are hedged.
    boolean isHedged() {
        return hedged != null;
    }

    /// The whole request of a call that may be hedged was sent: the hedge hears once it is slow to be answered.
    void hedgeable(CallHedge hedge, long sentNs) {
        long delayNs = backend.hedgeDelayNs(sentNs);
        if (hedged != null && delayNs != FirstByteTimes.UNKNOWN) {
            hedged.sent(hedge, sentNs, delayNs);
        }
    }

    /// A call that could be hedged was answered, or given up, so long after its request was sent.
    void firstByte(long tookNs, long nowNs) {
        backend.firstByte(tookNs, nowNs);
    }

    ConcurrencyLimit limit() {
        return backend.guard().limit();
    }

    /// The endpoint for a try; see [LoopBackend#pick].
    @Nullable
    LoopEndpoint pick(long nowNs, Exchange exchange, long triedBits, @Nullable CallSession session) {
        long number = hash == null ? exchange.loop().nextRandom() : hash.of(exchange);
        return backend.pick(nowNs, number, triedBits, session == null ? 0 : bitOf(session));
    }

    /// Whether the endpoint that the session is bound to is one of these, and well.
    boolean holds(CallSession session, long nowNs) {
        long bit = bitOf(session);
        return bit != 0 && backend.isWell(bit, nowNs);
    }

    private long bitOf(CallSession session) {
        if (session.isNew()) {
            return 0;
        }
        long[] tags = sessionTags(session.tokens());
        for (int i = 0; i < tags.length; i++) {
            if (tags[i] == session.tag()) {
                return 1L << i;
            }
        }
        return 0;
    }

    /// What sessions at the endpoint are bound to.
    long sessionTag(LoopEndpoint endpoint, SessionTokens tokens) {
        return sessionTags(tokens)[Long.numberOfTrailingZeros(endpoint.bit())];
    }

    private long[] sessionTags(SessionTokens tokens) {
        long[] known = sessionTags;
        if (known == null) {
            known = backend.backend().endpoints().stream()
                    .mapToLong(endpoint -> tokens.tag(id().toString(), endpoint.toString()))
                    .toArray();
            sessionTags = known;
        }
        return known;
    }

    /// The same for a connection that is relayed as it is, of which only the client's address can be hashed.
    @Nullable
    LoopEndpoint pick(long nowNs, ConnectionAddresses client, long random, long triedBits) {
        return backend.pick(nowNs, hash == null ? random : hash.of(client, random), triedBits);
    }

    /// How its connections are made, and how long they live.
    ConnectionSettings connections() {
        return backend.backend().connections();
    }

    /// Which header its connections begin with, or null.
    @Nullable
    ProxyVersion proxyProtocol() {
        return backend.backend().transport().proxyProtocol();
    }

    EndpointPool pool(LoopEndpoint endpoint, Exchange exchange) {
        return pools.get(Long.numberOfTrailingZeros(endpoint.bit())).of(exchange);
    }
}
