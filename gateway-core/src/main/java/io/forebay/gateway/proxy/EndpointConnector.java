package io.forebay.gateway.proxy;

import io.forebay.mesh.Endpoint;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import java.net.SocketAddress;
import java.util.function.Function;

/// Opens sockets to endpoints on one loop, over the network or within this machine.
///
/// @param network connects by host and port, and resolves names
/// @param unix connects to Unix sockets
/// @param unixAddress what `unix` wants for a path
public record EndpointConnector(Bootstrap network, Bootstrap unix, Function<String, SocketAddress> unixAddress) {
    /// Begins to connect.
    ///
    /// @param handler first of the connection's pipeline
    public ChannelFuture connect(Endpoint endpoint, ChannelHandler handler) {
        return endpoint.isUnix()
                ? unix.clone().handler(handler).connect(unixAddress.apply(endpoint.host()))
                : network.clone().handler(handler).connect(endpoint.host(), endpoint.port());
    }
}
