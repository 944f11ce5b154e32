package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// Where the frames of one request stream of HTTP/3 begin and end (RFC 9114 section 7.1): first of the stream's
/// pipeline, it counts what passes. The library gives a DATA frame on piece by piece and does not say whether it came
/// whole. Used on the connection's loop only.
final class Http3FrameBounds extends ChannelInboundHandlerAdapter {
    /// What is to come of an integer of variable length (RFC 9000 section 16), which is `integer` so far.
    private int integerBytesLeft;

    private long integer;
    /// Whether the next integer is a length; otherwise it is a type.
    private boolean isLength;
    private long payloadBytesLeft;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf in) {
            pass(in);
        }
        ctx.fireChannelRead(message);
    }

    /// Counts what is readable, and leaves it as it is.
    void pass(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (at < end) {
            if (payloadBytesLeft > 0) {
                int bytes = (int) Math.min(payloadBytesLeft, end - at);
                payloadBytesLeft -= bytes;
                at += bytes;
            } else {
                pass(in.getByte(at++));
            }
        }
    }

    private void pass(byte next) {
        if (integerBytesLeft == 0) {
            integerBytesLeft = 1 << ((next & 0xff) >>> 6);
            integer = next & 0x3f;
        } else {
            integer = (integer << 8) | (next & 0xff);
        }
        if (--integerBytesLeft == 0) {
            payloadBytesLeft = isLength ? integer : 0;
            isLength = !isLength;
        }
    }

    /// Whether a frame has begun and not ended.
    boolean isInFrame() {
        return integerBytesLeft > 0 || isLength || payloadBytesLeft > 0;
    }
}
