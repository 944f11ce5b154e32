package io.forebay.gateway.proxy;

import io.forebay.gateway.proxyprotocol.ProxyHeaderSender;
import io.forebay.gateway.tls.UpstreamTls;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.forebay.mesh.Endpoint;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

/// A connection until it can carry calls: it connects, shakes hands where the backend wants TLS, and then gives way to
/// the version of HTTP that was agreed on (RFC 7301) or is known beforehand (RFC 9113 section 3.3). Owned by one loop.
final class UpstreamOpening extends ChannelInboundHandlerAdapter {
    private final UpstreamConnector connector;
    private final Endpoint endpoint;
    private final OpeningListener listener;
    private boolean isOver;

    UpstreamOpening(UpstreamConnector connector, Endpoint endpoint, OpeningListener listener) {
        this.connector = connector;
        this.endpoint = endpoint;
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        UpstreamTls tls = connector.tls();
        if (tls != null) {
            ctx.pipeline()
                    .addBefore(ctx.name(), null, tls.newHandler(connector.loop().allocator(), endpoint.port()));
        }
        ProxyVersion header = connector.transport().proxyProtocol();
        if (header != null) {
            ctx.pipeline().addFirst(new ProxyHeaderSender(header, connector.client()));
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (connector.tls() == null) {
            open(ctx, connector.transport().http() == BackendTransport.Http.VERSION_2);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                SslHandler tls = ctx.pipeline().get(SslHandler.class);
                open(ctx, ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol()));
            } else {
                fail(ctx, handshake.cause());
            }
        }
    }

    /// The attempt to connect has ended.
    ///
    /// @param failure why no connection stands, or null
    void connected(@Nullable Throwable failure) {
        if (failure != null && !isOver) {
            isOver = true;
            listener.onConnectFailed(failure);
        }
    }

    private void open(ChannelHandlerContext ctx, boolean isHttp2) {
        isOver = true;
        listener.onOpened(ctx, isHttp2);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, new UpstreamTls.HandshakeException("the connection closed before it could be used"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        if (!isOver) {
            isOver = true;
            ctx.close();
            listener.onHandshakeFailed(cause);
        }
    }
}
