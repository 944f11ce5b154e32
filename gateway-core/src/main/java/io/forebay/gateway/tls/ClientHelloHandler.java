package io.forebay.gateway.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// First handler of a TLS connection: reads the server name of the hello (RFC 6066, section 3), picks the host
/// from the table of this moment, and gives its place to the SSL handler of that host.
///
/// One limit of 10 s covers the hello and the handshake together.
final class ClientHelloHandler extends AbstractSniHandler<Boolean> {
    static final long HANDSHAKE_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(10);
    /// A hello with a post-quantum key share and a large ticket stays well below.
    private static final int HELLO_BYTES_MAX = 64 * 1024;
    /// Record of type alert, TLS 1.2, 2 bytes: fatal, unrecognized_name (RFC 6066, section 3).
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private final DownstreamTls listener;
    private final LongSupplier nowMs;
    private final HandshakeHandler handshake;
    private final long startNs = System.nanoTime();

    ClientHelloHandler(DownstreamTls listener, LongSupplier nowMs, TlsObserver observer) {
        super(HELLO_BYTES_MAX, HANDSHAKE_TIMEOUT_MS);
        this.listener = listener;
        this.nowMs = nowMs;
        this.handshake = new HandshakeHandler(listener, nowMs, observer);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        ctx.pipeline().addAfter(ctx.name(), null, handshake);
        super.handlerAdded(ctx);
    }

    /// The choice is made in memory, so it is always ready.
    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
        return ctx.executor().newSucceededFuture(Boolean.TRUE);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String hostname, Future<Boolean> ready) {
        String serverName = TlsHostTable.normalised(hostname);
        while (true) {
            TlsHostTable table = listener.table();
            TlsHostContext host = table.isOpen() ? table.pick(serverName) : null;
            if (host == null) {
                refuse(ctx, serverName);
                return;
            }
            SslHandler ssl = host.newHandler(ctx.alloc(), nowMs.getAsLong());
            if (ssl != null) {
                handshake.begin(serverName, host, table.generation());
                install(ctx, ssl);
                return;
            }
        }
    }

    private void install(ChannelHandlerContext ctx, SslHandler ssl) {
        long spentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
        ssl.setHandshakeTimeoutMillis(Math.max(1, HANDSHAKE_TIMEOUT_MS - spentMs));
        boolean isInstalled = false;
        try {
            ctx.pipeline().replace(this, null, ssl);
            isInstalled = true;
        } finally {
            if (!isInstalled) {
                ReferenceCountUtil.safeRelease(ssl.engine());
            }
        }
    }

    private void refuse(ChannelHandlerContext ctx, @Nullable String serverName) {
        handshake.refuse(TlsObserver.Refusal.UNKNOWN_NAME, serverName == null ? "no server name" : serverName);
        ByteBuf alert = Unpooled.wrappedBuffer(UNRECOGNIZED_NAME);
        ctx.writeAndFlush(alert).addListener(ChannelFutureListener.CLOSE);
    }
}
