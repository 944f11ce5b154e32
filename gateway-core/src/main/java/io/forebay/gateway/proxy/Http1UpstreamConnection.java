package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.BodyReader;
import io.forebay.gateway.http.Outgoing;
import io.forebay.gateway.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/// One connection to an endpoint. It serves one call at a time and rests in its [EndpointPool] between calls. Owned
/// by the loop of its pool.
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    private final EndpointPool pool;
    private final ResponseHead head = new ResponseHead();
    private final BodyReader body = new BodyReader();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outgoing outgoing;
    private @Nullable UpstreamCall call;
    private @Nullable ByteBuf reading;
    private boolean isReused;
    private boolean isClosed;
    long idleSinceNs;

    UpstreamConnection(EndpointPool pool) {
        this.pool = pool;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        outgoing = new Outgoing(ctx);
    }

    /// Gives the connection to a call.
    void attach(UpstreamCall next) {
        assert call == null;
        call = next;
        head.clear();
        body.clear();
    }

    /// Takes the connection from its call: back to the pool, or closed when it cannot serve another. Bytes that follow
    /// the answer are not to be trusted: the next call's answer could be forged with them.
    void detach(boolean isReusable) {
        call = null;
        boolean isExact = reading == null || !reading.isReadable();
        if (isReusable && isExact && !isClosed && channel().channel().isActive()) {
            isReused = true;
            readAnswer(true);
            pool.release(this);
        } else {
            close();
        }
    }

    /// Whether an earlier call has used the connection.
    boolean isReused() {
        return isReused;
    }

    boolean isUsable() {
        return !isClosed && channel().channel().isActive();
    }

    ResponseHead head() {
        return head;
    }

    BodyReader body() {
        return body;
    }

    Outgoing outgoing() {
        return requireNonNull(outgoing);
    }

    boolean isWritable() {
        return channel().channel().isWritable();
    }

    /// Stops or resumes the reading of answers.
    void readAnswer(boolean isOn) {
        if (channel().channel().config().isAutoRead() != isOn) {
            channel().channel().config().setAutoRead(isOn);
        }
    }

    void close() {
        if (!isClosed) {
            isClosed = true;
            outgoing().discard();
            pool.closed(this);
            channel().close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        UpstreamCall current = call;
        reading = in;
        try {
            if (current == null) {
                // Nobody asked for these bytes.
                pool.forget(this);
                close();
            } else {
                current.onRead(in);
            }
        } finally {
            reading = null;
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        UpstreamCall current = call;
        if (current != null) {
            current.onReadTurn();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        UpstreamCall current = call;
        if (current != null && isWritable()) {
            current.onUpstreamWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        UpstreamCall current = call;
        if (current != null) {
            current.onUpstreamClosed(false);
        } else {
            pool.forget(this);
        }
        close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        UpstreamCall current = call;
        if (current != null) {
            current.onUpstreamClosed(true);
        }
        pool.forget(this);
        close();
    }

    private ChannelHandlerContext channel() {
        return requireNonNull(context);
    }
}
