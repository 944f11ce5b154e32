package io.forebay.gateway.proxyprotocol;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// First handler of a connection to a backend that wants to be told of the client: writes the header before anything
/// else, TLS included, and leaves. Owned by the connection's loop.
public final class ProxyHeaderSender extends ChannelInboundHandlerAdapter {
    private final ProxyVersion version;
    private final ConnectionAddresses addresses;

    public ProxyHeaderSender(ProxyVersion version, ConnectionAddresses addresses) {
        this.version = version;
        this.addresses = addresses;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(ProxyHeaderWriter.write(version, addresses, ctx.alloc()), ctx.voidPromise());
        ctx.fireChannelActive();
        ctx.pipeline().remove(this);
    }
}
