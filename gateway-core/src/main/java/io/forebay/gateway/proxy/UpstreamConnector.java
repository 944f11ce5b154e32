package io.forebay.gateway.proxy;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.tls.UpstreamTls;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.ConnectionSettings;
import io.forebay.mesh.Endpoint;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/// How connections to the endpoints of one backend are opened on one loop, and how long they live.
///
/// @param client whom the endpoint is told of, if it wants to be
/// @param tls ready for `transport`, or null where that asks for none, or for one that could not be made
/// @param preconnected how many connections of this loop each endpoint has ready
public record UpstreamConnector(
        EndpointConnector sockets,
        LoopContext loop,
        BackendTransport transport,
        ConnectionAddresses client,
        @Nullable UpstreamTls tls,
        ConnectionSettings settings,
        int preconnected) {
    /// The same for connections that are made for one client.
    UpstreamConnector forClient(ConnectionAddresses addresses) {
        return new UpstreamConnector(sockets, loop, transport, addresses, tls, settings, 0);
    }

    /// Whether connections that `other` has opened are such as this one would open, how long ever they live.
    boolean opensLike(UpstreamConnector other) {
        return transport.equals(other.transport);
    }

    /// Whether TLS is asked for that could not be made ready.
    public boolean isBroken() {
        return transport.tls() != null && tls == null;
    }

    /// Whether a connection may turn out to take many calls at a time.
    boolean maybeShared() {
        return switch (transport.http()) {
            case ANY -> tls != null;
            case VERSION_1 -> false;
            case VERSION_2 -> true;
        };
    }

    /// Begins to open a connection. On the loop.
    ///
    /// @param listener hears what comes of it
    /// @return the attempt to connect, which says nothing yet of the handshake
    public ChannelFuture open(Endpoint endpoint, OpeningListener listener) {
        UpstreamOpening opening = new UpstreamOpening(this, endpoint, listener);
        ChannelFuture begun = sockets.connect(endpoint, settings, opening);
        begun.addListener(done -> onLoop(() -> opening.connected(begun.cause())));
        return begun;
    }

    /// A socket that could not even be made is told of on a thread of Netty's own.
    private void onLoop(Runnable work) {
        if (loop.isCurrent()) {
            work.run();
        } else {
            loop.eventLoop().execute(work);
        }
    }
}
