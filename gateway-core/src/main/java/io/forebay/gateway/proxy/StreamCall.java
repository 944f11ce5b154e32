package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.proxyprotocol.ProxyHeaderSender;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendResource;
import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.balance.LoopEndpoint;
import io.forebay.mesh.resilience.CircuitBreaker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import org.jspecify.annotations.Nullable;

/// A connection to a backend for one connection of a client that is relayed as it is. It counts as one request and one
/// connection of the backend from the beginning to [#end], and its endpoint is chosen as for requests; another is tried
/// where it cannot be connected to. What an endpoint's breaker learns is whether it accepts.
///
/// Owned by its loop.
public final class StreamCall {
    private static final int TRIES_MAX = 3;

    /// Hears of the outcome, on the loop.
    public interface Listener {
        /// What serves the connection: first of its pipeline but for what this class puts there. Asked once a try.
        ChannelHandler handler();

        /// The connection of the handler that was asked for last stands.
        void onConnected(Endpoint endpoint);

        /// There will be none.
        void onFailure(UpstreamFailure failure);
    }

    private final EndpointConnector sockets;
    private final LoopContext loop;
    private final ConnectionAddresses client;
    private final Listener listener;
    private @Nullable LoopUpstream upstream;
    private @Nullable LoopEndpoint endpoint;
    private @Nullable ChannelFuture opening;
    private long permit;
    private long triedBits;
    private int tries;

    StreamCall(EndpointConnector sockets, LoopContext loop, ConnectionAddresses client, Listener listener) {
        this.sockets = sockets;
        this.loop = loop;
        this.client = client;
        this.listener = listener;
    }

    /// @param backend null where the policy in force has none of that name
    void begin(BackendId id, @Nullable LoopUpstream backend) {
        if (backend == null) {
            listener.onFailure(new UpstreamFailure.NoReadyEndpoint(id));
        } else if (!backend.limit().tryAcquire(BackendResource.REQUESTS)) {
            listener.onFailure(new UpstreamFailure.LimitReached(id, BackendResource.REQUESTS));
        } else if (!backend.limit().tryAcquire(BackendResource.CONNECTIONS)) {
            backend.limit().release(BackendResource.REQUESTS);
            listener.onFailure(new UpstreamFailure.LimitReached(id, BackendResource.CONNECTIONS));
        } else {
            upstream = backend;
            nextTry(backend);
        }
    }

    private void nextTry(LoopUpstream backend) {
        LoopEndpoint chosen = backend.pick(System.nanoTime(), client, loop.nextRandom(), triedBits);
        if (chosen == null) {
            fail(new UpstreamFailure.NoReadyEndpoint(backend.id()));
            return;
        }
        tries++;
        endpoint = chosen;
        permit = chosen.permit();
        triedBits |= chosen.bit();
        ChannelFuture begun =
                sockets.connect(chosen.endpoint(), backend.connections(), new Opened(backend.proxyProtocol()));
        opening = begun;
        // A socket that could not even be made is told of on a thread of Netty's own.
        begun.addListener(done -> {
            if (loop.isCurrent()) {
                connected(begun);
            } else {
                loop.eventLoop().execute(() -> connected(begun));
            }
        });
    }

    private void connected(ChannelFuture begun) {
        LoopEndpoint tried = endpoint;
        LoopUpstream backend = upstream;
        if (tried == null || backend == null) {
            begun.channel().close();
            return;
        }
        long nowNs = System.nanoTime();
        Throwable cause = begun.cause();
        if (cause == null) {
            tried.breaker().onSuccess(permit, nowNs);
            // Told once: what becomes of the connection says nothing more.
            permit = CircuitBreaker.UNCOUNTED;
            listener.onConnected(tried.endpoint());
            return;
        }
        UpstreamFailure failure = EndpointPool.reason(cause, tried.endpoint(), backend.connections());
        endpoint = null;
        if (failure.isEndpointFault()) {
            tried.failed(permit, nowNs, loop.nextRandom());
        } else {
            tried.abandoned(permit, nowNs);
        }
        if (failure instanceof UpstreamFailure.ConnectFailure && tries < TRIES_MAX) {
            nextTry(backend);
        } else {
            fail(failure);
        }
    }

    private void fail(UpstreamFailure failure) {
        end();
        listener.onFailure(failure);
    }

    /// The connection has ended, or is not wanted any longer. More than once is no harm.
    public void end() {
        LoopUpstream backend = upstream;
        LoopEndpoint used = endpoint;
        upstream = null;
        endpoint = null;
        if (used != null) {
            used.abandoned(permit, System.nanoTime());
        }
        if (backend != null) {
            backend.limit().release(BackendResource.CONNECTIONS);
            backend.limit().release(BackendResource.REQUESTS);
        }
        if (used != null) {
            requireNonNull(opening).channel().close();
        }
    }

    private final class Opened extends ChannelInitializer<Channel> {
        private final @Nullable ProxyVersion header;

        Opened(@Nullable ProxyVersion header) {
            this.header = header;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (header != null) {
                channel.pipeline().addLast(new ProxyHeaderSender(header, client));
            }
            channel.pipeline().addLast(listener.handler());
        }
    }
}
