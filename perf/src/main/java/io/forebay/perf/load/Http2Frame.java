package io.forebay.perf.load;

/// Types and flags of HTTP/2 frames (RFC 9113, section 6), as far as both ends here need them, and the making of those
/// that are the same every time.
final class Http2Frame {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int PRIORITY = 0x20;

    static final int HEAD_BYTES = 9;
    /// The longest payload of who was not told another.
    static final int PAYLOAD_MAX_BYTES = 16_384;

    static final int WINDOW_DEFAULT_BYTES = 65_535;
    static final int SETTING_ENABLE_PUSH = 2;
    static final int SETTING_INITIAL_WINDOW_SIZE = 4;

    private Http2Frame() {}

    /// Head and payload of a frame.
    static byte[] of(int type, int flags, int stream, byte[] payload) {
        byte[] frame = new byte[HEAD_BYTES + payload.length];
        frame[0] = (byte) (payload.length >> 16);
        frame[1] = (byte) (payload.length >> 8);
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        put(frame, 5, stream);
        System.arraycopy(payload, 0, frame, HEAD_BYTES, payload.length);
        return frame;
    }

    static byte[] settings(int... identifiersAndValues) {
        byte[] payload = new byte[identifiersAndValues.length * 3];
        for (int i = 0; i < identifiersAndValues.length; i += 2) {
            payload[i * 3 + 1] = (byte) identifiersAndValues[i];
            put(payload, i * 3 + 2, identifiersAndValues[i + 1]);
        }
        return of(SETTINGS, 0, 0, payload);
    }

    static byte[] windowUpdate(int stream, int increment) {
        byte[] payload = new byte[4];
        put(payload, 0, increment);
        return of(WINDOW_UPDATE, 0, stream, payload);
    }

    private static void put(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 24);
        bytes[at + 1] = (byte) (value >> 16);
        bytes[at + 2] = (byte) (value >> 8);
        bytes[at + 3] = (byte) value;
    }

    /// Fills in the stream of a frame that begins at `at`.
    static void setStream(byte[] bytes, int at, int stream) {
        put(bytes, at + 5, stream);
    }

    static int intAt(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }
}
