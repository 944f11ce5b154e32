package io.forebay.gateway.transport;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.ConnectionFault;
import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.PendingGoAway;
import io.forebay.gateway.proxyprotocol.ProxyHeaderReader;
import io.forebay.gateway.proxyprotocol.ProxyHeaderReader.Reading;
import io.forebay.gateway.proxyprotocol.ProxyHeaderRefusals;
import io.forebay.gateway.proxyprotocol.ProxyHeaderRefusals.Reason;
import io.forebay.policy.ClientTraffic.ProxyProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// First handler of a connection to a port where the PROXY protocol is spoken. From a trusted peer it reads the header,
/// and only then the connection begins, as the client's; from others it lets everything through but a header, which is
/// a lie. Owned by the connection's loop.
final class ProxyHeaderEntry extends ChannelInboundHandlerAdapter implements Deadlines.Timed {
    /// How long a header may take.
    static final long HEADER_NS = TimeUnit.SECONDS.toNanos(10);

    private final LoopContext loop;
    private final boolean isTrusted;
    private final boolean isOptional;
    private final ConnectionAddresses socket;
    private final ProxyHeaderRefusals refusals;
    private final Consumer<ConnectionAddresses> begin;
    private final FirstBytes first = new FirstBytes();
    private final PendingGoAway pending = new PendingGoAway();
    private @Nullable ChannelHandlerContext context;
    private long sinceNs;
    private boolean isOver;
    private int deadlineSlot = Deadlines.NONE;

    /// @param socket the peer's own addresses
    /// @param begin adds what serves a connection to the end of the pipeline; called once
    ProxyHeaderEntry(
            LoopContext loop,
            ProxyProtocol spoken,
            ConnectionAddresses socket,
            ProxyHeaderRefusals refusals,
            Consumer<ConnectionAddresses> begin) {
        this.loop = loop;
        this.isTrusted = socket.isKnown() && spoken.trusts(socket.source().getAddress());
        this.isOptional = spoken.isOptional();
        this.socket = socket;
        this.refusals = refusals;
        this.begin = begin;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        sinceNs = System.nanoTime();
        loop.deadlines().add(this);
        if (!isTrusted) {
            begin.accept(socket);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        loop.deadlines().remove(this);
        first.release();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf all = first.add((ByteBuf) message);
        if (isOver) {
            return;
        }
        switch (ProxyHeaderReader.read(all)) {
            case Reading.Incomplete _ -> {}
            case Reading.Malformed _ -> refuse(ctx, isTrusted ? Reason.MALFORMED : Reason.UNTRUSTED);
            case Reading.Absent _ -> {
                if (isTrusted && !isOptional) {
                    refuse(ctx, Reason.MISSING);
                } else {
                    handOver(ctx, socket, 0);
                }
            }
            case Reading.Header(int bytes, ConnectionAddresses told) -> {
                if (isTrusted) {
                    handOver(ctx, told.isKnown() ? told : socket, bytes);
                } else {
                    refuse(ctx, Reason.UNTRUSTED);
                }
            }
        }
    }

    private void handOver(ChannelHandlerContext ctx, ConnectionAddresses addresses, int headerBytes) {
        if (isTrusted) {
            begin.accept(addresses);
        }
        ByteBuf bytes = first.take();
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
        pending.tell(ctx.pipeline());
        if (bytes != null) {
            bytes.skipBytes(headerBytes);
            if (bytes.isReadable()) {
                ctx.fireChannelRead(bytes);
            } else {
                bytes.release();
            }
        }
    }

    private void refuse(ChannelHandlerContext ctx, Reason reason) {
        if (!isOver) {
            isOver = true;
            refusals.refused(reason);
            ctx.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && (isTrusted || !first.isEmpty())) {
            refuse(ctx, Reason.INCOMPLETE);
        }
        // Behind one who is not trusted stands already who serves the connection.
        if (!isTrusted || !pending.hear(ctx, event)) {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (isTrusted) {
            ConnectionFault.report(cause);
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    /// A peer that is not trusted may be silent as long as whoever serves it lets it.
    @Override
    public void onSweep(long nowNs) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && (isTrusted || !first.isEmpty()) && nowNs - sinceNs > HEADER_NS) {
            refuse(ctx, Reason.INCOMPLETE);
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
