package io.forebay.gateway.transport;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.PendingGoAway;
import io.forebay.gateway.relay.Relays;
import io.forebay.gateway.tls.DownstreamTls;
import io.forebay.gateway.tls.TlsObserver;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.ServerName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// First handler of a connection to a port where some hosts pass through: reads the server name of the hello without
/// answering it, and gives its place, and the hello, to the relay or to what terminates TLS here. Owned by the
/// connection's loop.
final class ServerNameEntry extends AbstractSniHandler<Boolean> {
    private static final int HELLO_BYTES_MAX = 64 * 1024;
    private static final long HELLO_MS = TimeUnit.SECONDS.toMillis(10);
    /// Record of type alert, TLS 1.2, 2 bytes: fatal, unrecognized_name (RFC 6066, section 3).
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private final ListenerParts parts;
    private final LoopContext loop;
    private final int port;
    private final ConnectionAddresses addresses;
    private final @Nullable DownstreamTls tls;
    private final ConnectionEntry entry;
    private final HelloFaults faults;
    private final PendingGoAway pending = new PendingGoAway();

    /// @param tls for what does not pass through; null where all of the port does
    /// @param entry stands behind `tls`
    ServerNameEntry(
            ListenerParts parts,
            LoopContext loop,
            int port,
            ConnectionAddresses addresses,
            @Nullable DownstreamTls tls,
            ConnectionEntry entry) {
        super(HELLO_BYTES_MAX, HELLO_MS);
        this.parts = parts;
        this.loop = loop;
        this.port = port;
        this.addresses = addresses;
        this.tls = tls;
        this.entry = entry;
        this.faults = new HelloFaults(parts.tlsObserver());
    }

    /// The choice is made in memory, so it is always ready.
    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
        return ctx.executor().newSucceededFuture(Boolean.TRUE);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String hostname, Future<Boolean> ready) {
        ctx.pipeline().remove(faults);
        Relays relays = parts.relays();
        ServerName name = ServerName.of(hostname);
        ListenerPolicy listener = relays.listener(port, name);
        DownstreamTls terminating = tls;
        if (listener != null && listener.protocol() == ListenerPolicy.Protocol.TLS && !listener.terminatesTls()) {
            ctx.pipeline()
                    .replace(this, null, relays.handler(loop, listener, name, addresses, Connection.Trust.ALWAYS));
            pending.tell(ctx.pipeline());
        } else if (terminating != null) {
            ctx.pipeline().addLast(entry);
            ctx.pipeline().replace(this, null, terminating.newHandler());
            pending.tell(ctx.pipeline());
        } else {
            String detail = name.isMissing() ? "no server name" : name.toString();
            parts.tlsObserver().onRefusal(TlsObserver.Refusal.UNKNOWN_NAME, detail);
            ByteBuf alert = Unpooled.wrappedBuffer(UNRECOGNIZED_NAME);
            ctx.writeAndFlush(alert).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        ctx.pipeline().addAfter(ctx.name(), null, faults);
        super.handlerAdded(ctx);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (!pending.hear(ctx, event)) {
            super.userEventTriggered(ctx, event);
        }
    }

    /// Stands behind until there is a hello, and hears why there is none; the connection is closed already then.
    private static final class HelloFaults extends ChannelInboundHandlerAdapter {
        private final TlsObserver observer;

        HelloFaults(TlsObserver observer) {
            this.observer = observer;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SniCompletionEvent hello && !hello.isSuccess()) {
                boolean isLate = hello.cause() instanceof SslHandshakeTimeoutException;
                observer.onRefusal(isLate ? TlsObserver.Refusal.TIMEOUT : TlsObserver.Refusal.NOT_TLS, "no hello");
            }
            ctx.fireUserEventTriggered(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
