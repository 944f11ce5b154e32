package io.forebay.gateway.proxyprotocol;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/// First handler of a connection to a backend that wants to be told of the client: writes the header before anything
/// else, TLS included, and leaves. Who waits for the connection hears of it before the pipeline does, and what they
/// write at once comes after the header too. Owned by the connection's loop.
public final class ProxyHeaderSender extends ChannelDuplexHandler {
    private final ProxyVersion version;
    private final ConnectionAddresses addresses;

    public ProxyHeaderSender(ProxyVersion version, ConnectionAddresses addresses) {
        this.version = version;
        this.addresses = addresses;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        writeHeader(ctx);
        ctx.flush();
        ctx.pipeline().remove(this);
        ctx.fireChannelActive();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        writeHeader(ctx);
        ctx.write(message, promise);
        ctx.pipeline().remove(this);
    }

    private void writeHeader(ChannelHandlerContext ctx) {
        ctx.write(ProxyHeaderWriter.write(version, addresses, ctx.alloc()), ctx.voidPromise());
    }
}
