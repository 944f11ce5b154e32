package io.forebay.gateway.proxy;

import io.netty.channel.ChannelHandlerContext;

/// Brings a connection that a pool wants into it, as soon as it can carry calls. Owned by the pool's loop.
///
/// @param connector what opens the connection; the pool may have followed a later policy meanwhile
record PoolOpening(EndpointPool pool, UpstreamConnector connector) implements OpeningListener {
    @Override
    public void onOpened(ChannelHandlerContext ctx, boolean isHttp2) {
        if (isHttp2) {
            Http2UpstreamConnection connection =
                    Http2UpstreamConnection.of(pool, connector.loop(), connector.tls() != null);
            ctx.pipeline().replace(ctx.handler(), null, connection);
            pool.opened(connection);
        } else {
            Http1UpstreamConnection connection = new Http1UpstreamConnection(pool);
            ctx.pipeline().replace(ctx.handler(), null, connection);
            pool.opened(connection);
        }
    }

    @Override
    public void onConnectFailed(Throwable cause) {
        pool.connectFailed(cause);
    }

    @Override
    public void onHandshakeFailed(Throwable cause) {
        pool.handshakeFailed(cause);
    }
}
