package io.forebay.gateway.transport;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionFault;
import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.Http1Edge;
import io.forebay.gateway.http.Http2Edge;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.PendingGoAway;
import io.forebay.gateway.http.RequestHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Finds out what a cleartext client speaks: HTTP/2 when its first bytes are the preface of RFC 9113 section 3.4, else
/// HTTP/1.1, from the first byte that differs. Only a client whose bytes are a beginning of the preface waits for more,
/// and at most [#UNDECIDED_NS]. Owned by the connection's loop.
final class PrefaceEntry extends ChannelInboundHandlerAdapter implements Deadlines.Timed {
    static final long UNDECIDED_NS = TimeUnit.SECONDS.toNanos(10);

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final LoopContext loop;
    private final RequestHandler handler;
    private final Connection connection;
    private final FirstBytes first = new FirstBytes();
    private final PendingGoAway pending = new PendingGoAway();
    private @Nullable ChannelHandlerContext context;
    private long sinceNs;
    private int deadlineSlot = Deadlines.NONE;

    PrefaceEntry(LoopContext loop, RequestHandler handler, Connection connection) {
        this.loop = loop;
        this.handler = handler;
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        sinceNs = System.nanoTime();
        loop.deadlines().add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        loop.deadlines().remove(this);
        first.release();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf all = first.add((ByteBuf) message);
        int size = Math.min(all.readableBytes(), PREFACE.length);
        for (int i = 0; i < size; i++) {
            if (all.getByte(all.readerIndex() + i) != PREFACE[i]) {
                handOver(ctx, new Http1Edge(loop, handler, connection));
                return;
            }
        }
        if (size == PREFACE.length) {
            handOver(ctx, Http2Edge.of(loop, handler, connection));
        }
    }

    private void handOver(ChannelHandlerContext ctx, ChannelHandler edge) {
        ByteBuf bytes = first.take();
        ctx.pipeline().replace(this, null, edge);
        pending.tell(ctx.pipeline());
        if (bytes != null) {
            ctx.fireChannelRead(bytes);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.close();
        }
        if (!pending.hear(ctx, event)) {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFault.report(cause);
        ctx.close();
    }

    @Override
    public void onSweep(long nowNs) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            return;
        }
        if (first.isEmpty()) {
            if (nowNs - sinceNs > connection.traffic().timeouts().idleNs()) {
                ctx.close();
            }
        } else if (nowNs - sinceNs > UNDECIDED_NS) {
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
