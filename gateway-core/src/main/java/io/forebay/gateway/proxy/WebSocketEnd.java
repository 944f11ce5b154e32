package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.netty.buffer.ByteBuf;

/// How a WebSocket (RFC 6455) that the gateway relays is ended by it: between two frames of the server's, the client is
/// sent a Close frame with the status 1001 (going away, section 7.4.1), and nothing of the server's after it. The
/// client's own Close frame then tells the server. Only the heads of the server's frames are looked at. Owned by the
/// call.
final class WebSocketEnd {
    /// FIN and opcode 8, two bytes of payload: 1001. A server's frames are not masked.
    private static final int CLOSE_GOING_AWAY = 0x88_02_03_e9;

    private static final int OPCODE_CLOSE = 8;
    private static final int MASK_BYTES = 4;
    private static final int HEAD_BYTES_MIN = 2;

    private final byte[] head = new byte[14];
    private int headBytes;
    private long payloadLeft;
    private boolean isWanted;
    private boolean isTold;
    private boolean isClosedByServer;

    /// The gateway is about to end: the client is told, now or at the end of the frame it is being sent.
    void onGoAway(Exchange exchange) {
        want();
        tellIfDue(exchange);
    }

    /// Passes on the next `bytes` bytes of `in`, which the server has sent, as far as they may be; takes all of them.
    void relay(Exchange exchange, ByteBuf in, int bytes) {
        int passed = isTold ? 0 : pass(in, bytes);
        if (passed > 0) {
            exchange.answerBody(in, passed);
            tellIfDue(exchange);
        }
        in.skipBytes(bytes - passed);
    }

    private void tellIfDue(Exchange exchange) {
        if (isDue()) {
            ByteBuf frame = exchange.loop().allocator().buffer(Integer.BYTES);
            write(frame);
            exchange.answerBody(frame, Integer.BYTES);
            frame.release();
            exchange.flush();
        }
    }

    void want() {
        isWanted = true;
    }

    /// Whether the client is to be told now: it is not in the middle of a frame, and was not told to close already.
    boolean isDue() {
        return isWanted && !isTold && !isClosedByServer && headBytes == 0 && payloadLeft == 0;
    }

    /// Writes the frame that tells the client.
    void write(ByteBuf out) {
        isTold = true;
        out.writeInt(CLOSE_GOING_AWAY);
    }

    /// Whether the client was told to close, after which nothing may follow.
    boolean isTold() {
        return isTold;
    }

    /// How many of the `bytes` bytes at the reader index of `in` may be passed on before [#isDue] is to be asked: all,
    /// or those up to the end of a frame once the end is wanted. They count as passed on.
    int pass(ByteBuf in, int bytes) {
        int at = 0;
        while (at < bytes) {
            if (payloadLeft > 0) {
                int taken = (int) Math.min(payloadLeft, (long) bytes - at);
                payloadLeft -= taken;
                at += taken;
            } else {
                head[headBytes++] = in.getByte(in.readerIndex() + at++);
                if (headBytes >= HEAD_BYTES_MIN && headBytes == headLength()) {
                    payloadLeft = payloadLength();
                    isClosedByServer |= (head[0] & 0x0f) == OPCODE_CLOSE;
                    headBytes = 0;
                }
            }
            if (isDue()) {
                return at;
            }
        }
        return at;
    }

    private int headLength() {
        int length = head[1] & 0x7f;
        int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
        return HEAD_BYTES_MIN + extended + ((head[1] & 0x80) == 0 ? 0 : MASK_BYTES);
    }

    private long payloadLength() {
        int length = head[1] & 0x7f;
        if (length < 126) {
            return length;
        }
        long extended = 0;
        int to = length == 126 ? 4 : 10;
        for (int i = HEAD_BYTES_MIN; i < to; i++) {
            extended = extended << 8 | (head[i] & 0xff);
        }
        // The topmost bit must be 0; a server that sets it sends no WebSocket, and is passed on as it is.
        return extended & Long.MAX_VALUE;
    }
}
