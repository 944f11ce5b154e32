package io.forebay.gateway.relay;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.ConnectionFault;
import io.forebay.gateway.http.GoAway;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/// One of the two connections of a [Relay]. Owned by its loop.
final class RelayEnd extends ChannelInboundHandlerAdapter {
    private final Relay relay;
    private @Nullable ChannelHandlerContext context;
    /// Bytes that came in here.
    long receivedBytes;
    /// Whether the other side has said that nothing follows.
    boolean isInputEnded;
    /// Whether we have.
    boolean isOutputEnded;
    boolean isClosed;

    RelayEnd(Relay relay) {
        this.relay = relay;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        relay.onAdded(this);
    }

    private ChannelHandlerContext context() {
        return requireNonNull(context);
    }

    void read(boolean isOn) {
        context().channel().config().setAutoRead(isOn);
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    void write(ByteBuf bytes) {
        context().write(bytes, context().voidPromise());
    }

    void flush() {
        context().flush();
    }

    /// Says that nothing follows, once everything is written.
    void endOutput() {
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (!isClosed && context().channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput().addListener(ended -> {
                    isOutputEnded = true;
                    relay.onOutputEnded();
                });
            }
        });
    }

    /// Closes once everything is written.
    void close() {
        if (context != null && !isClosed) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /// Closes whatever is still to be written.
    void abort() {
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        relay.onRead(this, (ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        relay.onReadComplete(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        relay.onWritability(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            isInputEnded = true;
            relay.onInputEnded(this);
        } else if (event == GoAway.DRAIN) {
            relay.onDrain();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        isClosed = true;
        relay.onClosed(this);
    }

    /// A reset, or a write that failed: the close that follows tells the relay.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFault.report(cause);
        ctx.close();
    }
}
