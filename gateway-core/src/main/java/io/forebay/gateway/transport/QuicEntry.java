package io.forebay.gateway.transport;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.Http3Edge;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.PendingGoAway;
import io.forebay.gateway.tls.QuicTls;
import io.forebay.gateway.tls.TlsObserver;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.ClientTraffic.ConnectionLimit;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.ServerName;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands in the pipeline of a new QUIC connection until its handshake is done, then makes room for [Http3Edge]. Owned
/// by the connection's loop.
final class QuicEntry extends ChannelInboundHandlerAdapter implements Deadlines.Timed {
    private static final long HANDSHAKE_NS = TimeUnit.SECONDS.toNanos(10);

    private final LoopContext loop;
    private final ListenerParts parts;
    private final Standing standing;
    private final int port;
    private final QuicTls tls;
    private final RetryTokens tokens;
    private final ClientTraffic traffic;
    private final PortConnections open;
    private final long beganNs = System.nanoTime();
    private final PendingGoAway pending = new PendingGoAway();
    private @Nullable ChannelHandlerContext context;
    private @Nullable String serverName;
    private boolean isOver;
    private int deadlineSlot = Deadlines.NONE;

    /// @param tokens is told when the handshake is over
    /// @param open the port's connections, by TCP too
    QuicEntry(
            LoopContext loop,
            ListenerParts parts,
            Standing standing,
            int port,
            QuicTls tls,
            RetryTokens tokens,
            ClientTraffic traffic,
            PortConnections open) {
        this.loop = loop;
        this.parts = parts;
        this.standing = standing;
        this.port = port;
        this.tls = tls;
        this.tokens = tokens;
        this.traffic = traffic;
        this.open = open;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        loop.deadlines().add(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case SniCompletionEvent hello -> serverName = hello.hostname();
            case SslHandshakeCompletionEvent handshake -> {
                if (handshake.isSuccess()) {
                    begin(ctx);
                } else {
                    refuse(TlsObserver.Refusal.HANDSHAKE, String.valueOf(handshake.cause()));
                    ctx.close();
                }
            }
            default -> {
                if (!pending.hear(ctx, event)) {
                    ctx.fireUserEventTriggered(event);
                }
            }
        }
    }

    private void begin(ChannelHandlerContext ctx) {
        end();
        parts.tlsObserver().onQuicHandshake();
        QuicChannel channel = (QuicChannel) ctx.channel();
        ConnectionAddresses addresses = ConnectionAddresses.of(
                asOverTcp(channel.remoteSocketAddress()), asOverTcp(channel.localSocketAddress()));
        if (!mayStay(channel, addresses)) {
            ctx.close();
            return;
        }
        Connection connection = Connection.of(
                port,
                true,
                new PeerIdentity(addresses.client(), null),
                nowMs -> !standing.isWithdrawn(),
                head -> tls.mayServe(head.text(head.host())),
                ServerName.of(serverName),
                addresses,
                Connection.Alternative.NONE,
                traffic);
        Http3Edge.add(ctx.pipeline(), loop, parts.handler(), connection);
        ctx.pipeline().remove(this);
        pending.tell(ctx.pipeline());
    }

    /// Counted once the client has shown that it is where its packets say: others could use up what it may have.
    private boolean mayStay(QuicChannel channel, ConnectionAddresses addresses) {
        ConnectionLimit limit = traffic.connectionLimit();
        return open.add(channel, limit)
                && (!addresses.isKnown() || open.addOf(addresses.source().getAddress(), channel, limit));
    }

    /// The library gives an IPv6 address the zone 0, which is none and would make another client of it.
    private static @Nullable SocketAddress asOverTcp(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress known
                && known.getAddress() instanceof Inet6Address six
                && six.getScopeId() == 0) {
            try {
                return new InetSocketAddress(InetAddress.getByAddress(six.getAddress()), known.getPort());
            } catch (UnknownHostException e) {
                throw new IllegalStateException("sixteen bytes are an address", e);
            }
        }
        return address;
    }

    private void end() {
        if (!isOver) {
            isOver = true;
            loop.deadlines().remove(this);
            tokens.ended();
        }
    }

    private void refuse(TlsObserver.Refusal refusal, String detail) {
        if (!isOver) {
            parts.tlsObserver().onRefusal(refusal, detail);
        }
        end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        refuse(TlsObserver.Refusal.ABANDONED, "closed before the handshake was done");
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refuse(TlsObserver.Refusal.HANDSHAKE, String.valueOf(cause.getMessage()));
        ctx.close();
    }

    @Override
    public void onSweep(long nowNs) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && nowNs - beganNs > HANDSHAKE_NS) {
            refuse(TlsObserver.Refusal.TIMEOUT, "handshake not done in time");
            ctx.close();
        }
    }

    @Override
    public int deadlineSlot() {
        return deadlineSlot;
    }

    @Override
    public void deadlineSlot(int slot) {
        deadlineSlot = slot;
    }
}
