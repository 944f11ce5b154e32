package io.forebay.perf.load;

/// Frames of WebSocket (RFC 6455, section 5.2).
final class WebSocketFrame {
    static final int BINARY = 2;
    static final int CLOSE = 8;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    /// Any will do here: masks are to protect caches from scripts.
    private static final byte[] MASK = {0x5a, 0x17, (byte) 0xc3, 0x71};

    private WebSocketFrame() {}

    /// A whole message from a client.
    static byte[] masked(int opcode, byte[] payload) {
        byte[] head = head(opcode, payload.length);
        head[1] |= (byte) MASKED;
        byte[] frame = new byte[head.length + MASK.length + payload.length];
        System.arraycopy(head, 0, frame, 0, head.length);
        System.arraycopy(MASK, 0, frame, head.length, MASK.length);
        for (int i = 0; i < payload.length; i++) {
            frame[head.length + MASK.length + i] = (byte) (payload[i] ^ MASK[i & 3]);
        }
        return frame;
    }

    /// The head of a whole message from a server.
    static byte[] head(int opcode, int length) {
        if (length < LENGTH_16) {
            return new byte[] {(byte) (FINAL | opcode), (byte) length};
        }
        if (length < 1 << 16) {
            return new byte[] {(byte) (FINAL | opcode), LENGTH_16, (byte) (length >> 8), (byte) length};
        }
        byte[] head = new byte[10];
        head[0] = (byte) (FINAL | opcode);
        head[1] = LENGTH_64;
        for (int i = 0; i < 4; i++) {
            head[6 + i] = (byte) (length >> (8 * (3 - i)));
        }
        return head;
    }

    /// How many bytes the head of the frame that begins at `from` has, its mask included; 0 when `[from, to)` is too
    /// short to say.
    static int headBytes(byte[] bytes, int from, int to) {
        if (to - from < 2) {
            return 0;
        }
        int length = bytes[from + 1] & 0x7f;
        int extended = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
        int mask = (bytes[from + 1] & MASKED) == 0 ? 0 : MASK.length;
        return 2 + extended + mask;
    }

    /// The length of its payload, from a whole head.
    static long payloadBytes(byte[] bytes, int from) {
        int length = bytes[from + 1] & 0x7f;
        int extended = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
        if (extended == 0) {
            return length;
        }
        long value = 0;
        for (int i = 0; i < extended; i++) {
            value = value << 8 | (bytes[from + 2 + i] & 0xff);
        }
        return value;
    }

    static int opcode(byte[] bytes, int from) {
        return bytes[from] & 0x0f;
    }

    static boolean isFinal(byte[] bytes, int from) {
        return (bytes[from] & FINAL) != 0;
    }
}
