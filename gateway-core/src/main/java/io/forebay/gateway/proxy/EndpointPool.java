package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.LoopContext;
import io.forebay.mesh.BackendResource;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.resilience.ConcurrencyLimit;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections of one loop to one endpoint: those at rest, newest first, and the calls that wait for one.
///
/// Bounded by the backend's [ConcurrencyLimit]: connections over all loops, and waiting calls; a call beyond either
/// fails at once. Owned by its loop.
final class EndpointPool implements Deadlines.Timed {
    static final long IDLE_MAX_NS = TimeUnit.SECONDS.toNanos(50);
    static final int CONNECT_TIMEOUT_MS = 5_000;

    private final Bootstrap bootstrap;
    private final LoopContext loop;
    private final Endpoint endpoint;
    private final String name;
    private final ConcurrencyLimit limit;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<UpstreamCall> waiting = new ArrayDeque<>();
    private int connecting;
    private boolean isRetired;
    private int deadlineSlot = Deadlines.NONE;

    EndpointPool(Bootstrap bootstrap, LoopContext loop, Endpoint endpoint, ConcurrencyLimit limit) {
        this.bootstrap = bootstrap;
        this.loop = loop;
        this.endpoint = endpoint;
        this.name = endpoint.toString();
        this.limit = limit;
    }

    /// Begins to look at time limits, until the pool is retired and nobody waits.
    void start() {
        loop.deadlines().add(this);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /// What the pool's connections and waiting calls are counted against.
    ConcurrencyLimit limit() {
        return limit;
    }

    /// The endpoint as text, made once.
    String name() {
        return name;
    }

    /// Gives `call` a connection: at once when one rests, later through [UpstreamCall#onConnected], or never through
    /// [UpstreamCall#onNoConnection].
    ///
    /// @param isNewWanted whether those that rest are not to be trusted
    void acquire(UpstreamCall call, boolean isNewWanted) {
        UpstreamConnection resting = isNewWanted ? null : takeIdle();
        if (resting != null) {
            call.onConnected(resting);
            return;
        }
        if (!limit.tryAcquire(BackendResource.PENDING)) {
            call.onNoConnection(new UpstreamFailure.LimitReached(call.backendId(), BackendResource.PENDING));
            return;
        }
        waiting.addLast(call);
        openIfNeeded();
    }

    private @Nullable UpstreamConnection takeIdle() {
        UpstreamConnection connection = idle.pollFirst();
        while (connection != null && !connection.isUsable()) {
            connection.close();
            connection = idle.pollFirst();
        }
        return connection;
    }

    /// Takes a waiting call out of the queue.
    void cancel(UpstreamCall call) {
        if (waiting.remove(call)) {
            limit.release(BackendResource.PENDING);
        }
    }

    /// Opens connections until each waiting call has one on its way, as far as the limit lets it.
    private void openIfNeeded() {
        while (connecting < waiting.size() && limit.tryAcquire(BackendResource.CONNECTIONS)) {
            connecting++;
            UpstreamConnection connection = new UpstreamConnection(this);
            ChannelFuture opening = bootstrap.clone().handler(connection).connect(endpoint.host(), endpoint.port());
            opening.addListener(done -> onLoop(() -> onOpened(connection, opening)));
        }
    }

    /// A socket that could not even be made is told of on a thread of Netty's own.
    private void onLoop(Runnable work) {
        if (loop.isCurrent()) {
            work.run();
        } else {
            loop.eventLoop().execute(work);
        }
    }

    private void onOpened(UpstreamConnection connection, ChannelFuture opening) {
        connecting--;
        Throwable failure = opening.cause();
        if (failure == null) {
            hand(connection);
            return;
        }
        limit.release(BackendResource.CONNECTIONS);
        UpstreamCall first = waiting.pollFirst();
        if (first != null) {
            limit.release(BackendResource.PENDING);
            first.onNoConnection(reason(failure));
        }
        openIfNeeded();
    }

    private UpstreamFailure reason(Throwable failure) {
        return switch (failure) {
            case ConnectTimeoutException e ->
                new UpstreamFailure.ConnectTimeout(endpoint, TimeUnit.MILLISECONDS.toNanos(CONNECT_TIMEOUT_MS));
            case UnknownHostException e -> new UpstreamFailure.NameUnresolved(endpoint);
            case ConnectException e -> new UpstreamFailure.ConnectRefused(endpoint);
            case ChannelException e ->
                new UpstreamFailure.SocketUnavailable(endpoint, String.valueOf(failure.getMessage()));
            default -> new UpstreamFailure.ConnectFailed(endpoint, String.valueOf(failure.getMessage()));
        };
    }

    private void hand(UpstreamConnection connection) {
        UpstreamCall next = waiting.pollFirst();
        if (next != null) {
            limit.release(BackendResource.PENDING);
            next.onConnected(connection);
        } else {
            rest(connection);
        }
    }

    private void rest(UpstreamConnection connection) {
        if (isRetired) {
            connection.close();
            return;
        }
        connection.idleSinceNs = System.nanoTime();
        idle.addFirst(connection);
    }

    /// A call is done with the connection.
    void release(UpstreamConnection connection) {
        hand(connection);
    }

    /// A resting connection has ended.
    void forget(UpstreamConnection connection) {
        idle.remove(connection);
    }

    /// The connection is closed; called once by it.
    void closed(UpstreamConnection connection) {
        limit.release(BackendResource.CONNECTIONS);
        openIfNeeded();
    }

    /// The policy no longer names the endpoint: resting connections close, busy ones after their call. Calls that wait
    /// still get theirs.
    void retire() {
        isRetired = true;
        UpstreamConnection connection = idle.pollFirst();
        while (connection != null) {
            connection.close();
            connection = idle.pollFirst();
        }
    }

    @Override
    public void onSweep(long nowNs) {
        if (isStarvingOthers()) {
            requireNonNull(idle.pollLast()).close();
        }
        UpstreamConnection oldest = idle.peekLast();
        while (oldest != null && nowNs - oldest.idleSinceNs > IDLE_MAX_NS) {
            idle.pollLast();
            oldest.close();
            oldest = idle.peekLast();
        }
        // Another loop or another endpoint may have given back a connection that this one's calls wait for.
        openIfNeeded();
        if (isRetired && waiting.isEmpty()) {
            loop.deadlines().remove(this);
        }
    }

    /// Whether connections rest here while calls at another endpoint or on another loop wait for one, and the backend
    /// may have no more: without giving one up, those calls would wait until it is too old.
    private boolean isStarvingOthers() {
        return !idle.isEmpty()
                && waiting.isEmpty()
                && limit.inUse(BackendResource.PENDING) > 0
                && limit.inUse(BackendResource.CONNECTIONS) >= limit.limits().connectionsMax();
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
