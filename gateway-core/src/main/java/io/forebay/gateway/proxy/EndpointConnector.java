package io.forebay.gateway.proxy;

import io.forebay.mesh.ConnectionSettings;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.TcpKeepalive;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Opens sockets to endpoints on one loop, over the network or within this machine.
///
/// @param network connects by host and port, and resolves names
/// @param unix connects to Unix sockets
/// @param unixAddress what `unix` wants for a path
/// @param keepaliveOptions what `network` takes
public record EndpointConnector(
        Bootstrap network,
        Bootstrap unix,
        Function<String, SocketAddress> unixAddress,
        KeepaliveOptions keepaliveOptions) {
    /// Begins to connect.
    ///
    /// @param settings how long that may take, and how the kernel watches the connection
    /// @param handler first of the connection's pipeline
    public ChannelFuture connect(Endpoint endpoint, ConnectionSettings settings, ChannelHandler handler) {
        Bootstrap socket = (endpoint.isUnix() ? unix : network)
                .clone()
                .handler(handler)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs(settings));
        if (endpoint.isUnix()) {
            return socket.connect(unixAddress.apply(endpoint.host()));
        }
        TcpKeepalive keepalive = settings.keepalive();
        if (keepalive != null) {
            keepaliveOptions.set(socket, keepalive);
        }
        return socket.connect(endpoint.host(), endpoint.port());
    }

    private static int timeoutMs(ConnectionSettings settings) {
        return Math.toIntExact(TimeUnit.NANOSECONDS.toMillis(settings.connectTimeoutNs()));
    }
}
