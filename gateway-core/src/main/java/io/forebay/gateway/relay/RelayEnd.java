package io.forebay.gateway.relay;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.ConnectionFault;
import io.forebay.gateway.http.GoAway;
import io.forebay.gateway.http.Outgoing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/// One of the two connections of a [Relay]. Owned by its loop.
final class RelayEnd extends ChannelInboundHandlerAdapter {
    private final Relay relay;
    private @Nullable ChannelHandlerContext context;
    private @Nullable SslHandler tls;
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
        tls = ctx.pipeline().get(SslHandler.class);
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
            SslHandler ssl = tls;
            if (isClosed) {
                return;
            }
            if (ssl != null) {
                ssl.closeOutbound().addListener(ended -> outputEnded());
            } else if (context().channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput().addListener(ended -> outputEnded());
            }
        });
    }

    private void outputEnded() {
        isOutputEnded = true;
        relay.onOutputEnded();
    }

    /// Closes once everything is written.
    void close() {
        if (context != null && !isClosed) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    boolean isTls() {
        return tls != null;
    }

    /// Lets the close that follows be a reset: what was said is not whole.
    void breakOff() {
        if (!isClosed) {
            context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
    }

    /// Ends the connection at once, and TLS with nothing more said.
    void reset() {
        if (!isClosed) {
            Outgoing.reset(context());
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
            if (tls == null) {
                inputEnded();
            } else if (!isInputEnded) {
                relay.onCutOff();
            }
        } else if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
            inputEnded();
        } else if (event == GoAway.DRAIN) {
            relay.onDrain();
        }
    }

    private void inputEnded() {
        isInputEnded = true;
        relay.onInputEnded(this);
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
