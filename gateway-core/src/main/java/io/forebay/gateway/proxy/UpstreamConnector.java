package io.forebay.gateway.proxy;

import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.tls.UpstreamTls;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Endpoint;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/// How connections to the endpoints of one backend are opened on one loop.
///
/// @param tls ready for `transport`, or null where that asks for none, or for one that could not be made
record UpstreamConnector(
        Bootstrap bootstrap,
        LoopContext loop,
        BackendTransport transport,
        @Nullable UpstreamTls tls) {

    /// Whether connections that `other` has opened are such as this one would open.
    boolean opensLike(UpstreamConnector other) {
        return transport.equals(other.transport);
    }

    /// Whether TLS is asked for that could not be made ready.
    boolean isBroken() {
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

    ChannelFuture connect(Endpoint endpoint, UpstreamOpening opening) {
        return bootstrap.clone().handler(opening).connect(endpoint.host(), endpoint.port());
    }
}
