package io.forebay.gateway.proxy;

import io.netty.channel.ChannelHandlerContext;

/// Who wants a connection to an endpoint of a backend. Hears of one outcome, once, on the connection's loop.
public interface OpeningListener {
    /// The connection can carry what it is wanted for: the handshake is made where the backend wants TLS. Whatever is
    /// to serve the connection takes the place of the context's handler.
    ///
    /// @param isHttp2 whether that is the version that was agreed on or is known beforehand; else it is HTTP/1.1
    void onOpened(ChannelHandlerContext ctx, boolean isHttp2);

    /// No connection stood.
    void onConnectFailed(Throwable cause);

    /// The connection stood, but could not be agreed on. It is closed.
    void onHandshakeFailed(Throwable cause);
}
