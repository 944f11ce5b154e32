package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.mesh.BackendResource;
import io.forebay.mesh.ConnectionSettings;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.resilience.ConcurrencyLimit;
import io.forebay.mesh.resilience.ConnectionCounts.End;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The connections of one loop to one endpoint and the calls that wait for one: of HTTP/1.1 those at rest, the newest
/// first; of HTTP/2 all, since each takes more calls.
///
/// Bounded by the backend's [ConcurrencyLimit]: connections over all loops, and waiting calls; a call beyond either
/// fails at once. What a connection may be used for is its [ConnectionLife]; where the policy wants some to
/// stand before they are asked for, [Preconnects] says when. Owned by its loop.
final class EndpointPool implements EndpointPools, Deadlines.Timed {
    private final LoopContext loop;
    private final Endpoint endpoint;
    private final String name;
    private final ConcurrencyLimit limit;
    private final ArrayDeque<Http1UpstreamConnection> idle = new ArrayDeque<>();
    private final ArrayList<Http2UpstreamConnection> shared = new ArrayList<>();
    private final ArrayDeque<UpstreamTry> waiting = new ArrayDeque<>();
    private final Preconnects preconnects = new Preconnects();
    private UpstreamConnector connector;
    private int connecting;
    /// Connections that stand, busy or not.
    private int standing;
    /// How many of them were last told to carry nothing.
    private int idleTold;
    /// How many calls a connection that is being opened is going to take. One connection tells, where the protocol is
    /// agreed on.
    private int callsPerConnection;
    /// How long the endpoint has last said that it keeps a connection that rests, less a margin.
    private long restMaxNs = ConnectionLife.UNTOLD_NS;
    private boolean isRetired;
    private int deadlineSlot = Deadlines.NONE;

    EndpointPool(UpstreamConnector connector, Endpoint endpoint, ConcurrencyLimit limit) {
        this.connector = connector;
        this.loop = connector.loop();
        this.endpoint = endpoint;
        this.name = endpoint.toString();
        this.limit = limit;
        this.callsPerConnection = connector.maybeShared() ? Http2UpstreamConnection.STREAMS_MAX : 1;
    }

    /// Begins to look at time limits, until the pool is retired and nobody waits.
    void start() {
        loop.deadlines().add(this);
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
    }

    /// The life of a connection that stands now.
    ConnectionLife newLife() {
        return new ConnectionLife(System.nanoTime(), loop.nextRandom(), restMaxNs);
    }

    /// The endpoint has said for how long it keeps a connection.
    void told(ConnectionLife life, long seconds) {
        restMaxNs = life.told(seconds);
    }

    /// Whether a connection takes no more requests.
    boolean isSpent(ConnectionLife life) {
        ConnectionSettings settings = connector.settings();
        return settings.isLifeLimited() && life.isSpent(settings, System.nanoTime());
    }

    @Override
    public EndpointPool of(Exchange exchange) {
        return this;
    }

    /// Whether it has no connection, and nobody waits for one.
    boolean isUnused() {
        return connecting == 0 && standing == 0 && waiting.isEmpty();
    }

    /// The endpoint as text, made once.
    String name() {
        return name;
    }

    /// Gives `call` a connection: at once when one rests, later through [UpstreamTry#onConnected], or never through
    /// [UpstreamTry#onNoConnection].
    ///
    /// @param isNewWanted whether those that rest are not to be trusted
    void acquire(UpstreamTry call, boolean isNewWanted) {
        if (connector.isBroken()) {
            call.onNoConnection(new UpstreamFailure.TlsFailed(endpoint, "the backend's TLS settings are not usable"));
            return;
        }
        UpstreamStream ready = takeShared();
        if (ready == null && !isNewWanted) {
            ready = takeIdle(call.startedNs());
        }
        if (ready != null) {
            call.onConnected(ready);
            return;
        }
        if (!limit.tryAcquire(BackendResource.PENDING)) {
            call.onNoConnection(new UpstreamFailure.LimitReached(call.backendId(), BackendResource.PENDING));
            return;
        }
        waiting.addLast(call);
        openIfNeeded();
    }

    private @Nullable UpstreamStream takeShared() {
        for (int i = 0; i < shared.size(); i++) {
            UpstreamStream stream = shared.get(i).openStream();
            if (stream != null) {
                return stream;
            }
        }
        return null;
    }

    private @Nullable Http1UpstreamConnection takeIdle(long nowNs) {
        Http1UpstreamConnection connection = idle.pollFirst();
        while (connection != null
                && (!connection.isUsable() || connection.life().isOver(connector.settings(), nowNs))) {
            connection.close(connection.isUsable() ? end(connection.life(), nowNs) : End.UPSTREAM);
            connection = idle.pollFirst();
        }
        return connection;
    }

    /// Why one that rests is given up.
    private End end(ConnectionLife life, long nowNs) {
        return life.isSpent(connector.settings(), nowNs) ? End.SPENT : End.IDLE;
    }

    /// Takes a waiting call out of the queue.
    void cancel(UpstreamTry call) {
        if (waiting.remove(call)) {
            limit.release(BackendResource.PENDING);
        }
    }

    /// Opens connections until each waiting call has one on its way, as far as the limit lets it.
    private void openIfNeeded() {
        while (connecting * callsPerConnection < waiting.size() && limit.tryAcquire(BackendResource.CONNECTIONS)) {
            open();
        }
    }

    /// One more connection, which is counted already.
    private void open() {
        connecting++;
        connector.open(endpoint, new PoolOpening(this, connector));
    }

    /// Opens connections that nobody waits for, as many as the policy wants to stand. What calls at other endpoints or
    /// on other loops wait for goes before.
    private void preconnect(long nowNs) {
        int wanted = connector.preconnected();
        if (wanted == 0 || isRetired || !waiting.isEmpty() || connector.isBroken()) {
            return;
        }
        if (connecting + usable() >= wanted) {
            preconnects.stand(nowNs);
            return;
        }
        if (!preconnects.isDue(nowNs)) {
            return;
        }
        while (connecting + usable() < wanted
                && limit.inUse(BackendResource.PENDING) == 0
                && limit.tryAcquire(BackendResource.CONNECTIONS)) {
            open();
        }
    }

    /// Connections that stand and may take calls, now or later.
    private int usable() {
        int leaving = 0;
        for (int i = 0; i < shared.size(); i++) {
            leaving += shared.get(i).isUsable() ? 0 : 1;
        }
        return standing - leaving;
    }

    /// No connection stood.
    void connectFailed(Throwable cause) {
        onNotOpened(reason(cause, endpoint, connector.settings()));
    }

    /// The connection stood, but could not be agreed on.
    void handshakeFailed(Throwable cause) {
        onNotOpened(new UpstreamFailure.TlsFailed(endpoint, String.valueOf(cause.getMessage())));
    }

    private void onNotOpened(UpstreamFailure failure) {
        connecting--;
        preconnects.failed(System.nanoTime(), loop.nextRandom());
        limit.release(BackendResource.CONNECTIONS);
        // All that the connection was to take: those behind them have another on its way.
        int failing = Math.min(callsPerConnection, waiting.size());
        for (int call = 0; call < failing && !waiting.isEmpty(); call++) {
            limit.release(BackendResource.PENDING);
            waiting.removeFirst().onNoConnection(failure);
        }
        openIfNeeded();
    }

    /// A connection can carry calls.
    void opened(Http1UpstreamConnection connection) {
        connecting--;
        standing++;
        limit.connections().onOpened();
        callsPerConnection = 1;
        release(connection);
        openIfNeeded();
    }

    /// A connection can carry calls.
    void opened(Http2UpstreamConnection connection) {
        connecting--;
        standing++;
        limit.connections().onOpened();
        callsPerConnection = Http2UpstreamConnection.STREAMS_MAX;
        shared.add(connection);
        onRoom();
    }

    /// Some connection of HTTP/2 may take more calls.
    void onRoom() {
        while (!waiting.isEmpty()) {
            UpstreamStream stream = takeShared();
            if (stream == null) {
                openIfNeeded();
                return;
            }
            limit.release(BackendResource.PENDING);
            waiting.removeFirst().onConnected(stream);
        }
        if (isRetired) {
            retire();
        }
    }

    /// Why no connection stood.
    ///
    /// @param settings by which it was tried
    static UpstreamFailure reason(Throwable failure, Endpoint endpoint, ConnectionSettings settings) {
        return switch (failure) {
            case ConnectTimeoutException e -> new UpstreamFailure.ConnectTimeout(endpoint, settings.connectTimeoutNs());
            case UnknownHostException e -> new UpstreamFailure.NameUnresolved(endpoint);
            case ConnectException e -> new UpstreamFailure.ConnectRefused(endpoint);
            case ChannelException e ->
                new UpstreamFailure.SocketUnavailable(endpoint, String.valueOf(failure.getMessage()));
            default -> new UpstreamFailure.ConnectFailed(endpoint, String.valueOf(failure.getMessage()));
        };
    }

    /// A connection of HTTP/1.1 serves nobody now.
    void release(Http1UpstreamConnection connection) {
        UpstreamTry next = waiting.pollFirst();
        if (next != null) {
            limit.release(BackendResource.PENDING);
            next.onConnected(connection);
        } else if (isRetired) {
            connection.close(End.GATEWAY);
        } else {
            connection.rests(System.nanoTime());
            idle.addFirst(connection);
        }
    }

    /// A resting connection has ended.
    void forget(Http1UpstreamConnection connection) {
        idle.remove(connection);
    }

    /// A connection has ended.
    void forget(Http2UpstreamConnection connection) {
        shared.remove(connection);
    }

    /// A connection is closed; called once by it.
    ///
    /// @param why as it is counted
    void closed(ConnectionLife life, End why) {
        standing--;
        limit.connections().onClosed(why);
        long nowNs = System.nanoTime();
        if (life.isStillborn(nowNs)) {
            preconnects.failed(nowNs, loop.nextRandom());
        }
        limit.release(BackendResource.CONNECTIONS);
        openIfNeeded();
    }

    /// The policy no longer names the endpoint: resting connections close, busy ones after their calls. Calls that wait
    /// still get theirs.
    @Override
    public void retire() {
        isRetired = true;
        Http1UpstreamConnection connection = idle.pollFirst();
        while (connection != null) {
            connection.close(End.GATEWAY);
            connection = idle.pollFirst();
        }
        if (waiting.isEmpty()) {
            List.copyOf(shared).forEach(each -> each.retire(End.GATEWAY));
        }
        tellIdle();
    }

    /// Looked at now and then: who counts idle connections call by call pays for it in each.
    private void tellIdle() {
        int resting = idle.size();
        for (int i = 0; i < shared.size(); i++) {
            resting += shared.get(i).isIdle() ? 1 : 0;
        }
        if (resting != idleTold) {
            limit.connections().onIdle(resting - idleTold);
            idleTold = resting;
        }
    }

    @Override
    public void onSweep(long nowNs) {
        if (isStarvingOthers()) {
            giveOneUp();
        }
        giveUp(nowNs);
        preconnect(nowNs);
        // Another loop or another endpoint may have given back a connection that this one's calls wait for.
        openIfNeeded();
        tellIdle();
        if (isRetired && waiting.isEmpty()) {
            loop.deadlines().remove(this);
        }
    }

    /// Closes what has rested too long or is spent; of HTTP/2 what is busy and spent takes no more calls.
    private void giveUp(long nowNs) {
        ConnectionSettings settings = connector.settings();
        // Once around, from the oldest: those that stay have their order.
        for (int rest = idle.size(); rest > 0 && !idle.isEmpty(); rest--) {
            Http1UpstreamConnection connection = idle.removeLast();
            if (connection.life().isOver(settings, nowNs)) {
                connection.close(end(connection.life(), nowNs));
            } else {
                idle.addFirst(connection);
            }
        }
        for (int i = shared.size() - 1; i >= 0; i--) {
            Http2UpstreamConnection connection = shared.get(i);
            ConnectionLife life = connection.life();
            if (connection.isIdle() ? life.isOver(settings, nowNs) : life.isSpent(settings, nowNs)) {
                connection.retire(end(life, nowNs));
            }
        }
    }

    /// Whether connections rest here while calls at another endpoint or on another loop wait for one, and the backend
    /// may have no more: without giving one up, those calls would wait until it is too old.
    private boolean isStarvingOthers() {
        return waiting.isEmpty()
                && limit.inUse(BackendResource.PENDING) > 0
                && limit.inUse(BackendResource.CONNECTIONS) >= limit.limits().connectionsMax();
    }

    private void giveOneUp() {
        Http1UpstreamConnection oldest = idle.pollLast();
        if (oldest != null) {
            oldest.close(End.GATEWAY);
            return;
        }
        for (Http2UpstreamConnection connection : shared) {
            if (connection.isIdle()) {
                connection.retire(End.GATEWAY);
                return;
            }
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
