package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/// Bytes on their way out of one HTTP/1.1 connection. Heads and small pieces of bodies are gathered in one buffer, so
/// that a usual message is one write of one buffer; large pieces pass through as they are. Used on the connection's
/// loop only.
public final class Outgoing {
    private static final int BUFFER_BYTES = 2048;
    private static final int COPIED_BYTES_MAX = 4096;

    private final ChannelHandlerContext context;
    private @Nullable ByteBuf open;
    private boolean isDirty;

    public Outgoing(ChannelHandlerContext context) {
        this.context = context;
    }

    /// A buffer with room for at least `bytes` more, to write into at once.
    public ByteBuf room(int bytes) {
        ByteBuf buffer = open;
        if (buffer != null) {
            if (buffer.writableBytes() >= bytes) {
                return buffer;
            }
            writeOpen();
        }
        int capacity = Math.max(bytes, BUFFER_BYTES);
        buffer = context.alloc().directBuffer(capacity, capacity);
        open = buffer;
        isDirty = true;
        return buffer;
    }

    /// Sends the next `bytes` bytes of `in` after what was written before, and leaves `in` standing behind them.
    public void append(ByteBuf in, int bytes) {
        ByteBuf buffer = open;
        if (bytes <= COPIED_BYTES_MAX && buffer != null && buffer.writableBytes() >= bytes) {
            buffer.writeBytes(in, bytes);
            return;
        }
        writeOpen();
        isDirty = true;
        context.write(in.readRetainedSlice(bytes), context.voidPromise());
    }

    /// Gives everything to the transport.
    public void flush() {
        if (isDirty) {
            writeOpen();
            isDirty = false;
            context.flush();
        }
    }

    /// Says that nothing follows, and goes on listening. Everything has been written out before.
    public static void close(ChannelHandlerContext context) {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else if (context.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    /// Ends the connection so that the client cannot take what it has for whole: what was not sent never is.
    public static void reset(ChannelHandlerContext context) {
        Channel channel = context.channel();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.unsafe().close(context.newPromise());
    }

    /// What is kept of what was given to the transport, in bytes: a piece stays whole until its last byte has left.
    public static long heldBytes(ChannelHandlerContext context) {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    /// Throws away what was not handed to the transport yet.
    public void discard() {
        if (open != null) {
            open.release();
            open = null;
        }
    }

    private void writeOpen() {
        ByteBuf buffer = open;
        if (buffer != null) {
            open = null;
            context.write(buffer, context.voidPromise());
        }
    }
}
