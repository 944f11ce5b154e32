package io.forebay.perf.load;

import io.forebay.perf.load.AnswerParser.MalformedAnswer;

/// Finds whole frames of HTTP/2 in bytes that arrive in pieces (RFC 9113, section 4.1); copies only those that come in
/// more than one. One per connection, not for several threads.
final class Http2FrameReader {
    private final byte[] partial = new byte[Http2Frame.HEAD_BYTES + Http2Frame.PAYLOAD_MAX_BYTES];
    private int partialBytes;

    /// Told each frame; the payload is `bytes[from, to)`, of use only in the call.
    interface Sink {
        void frame(int type, int flags, int stream, byte[] bytes, int from, int to) throws MalformedAnswer;
    }

    void clear() {
        partialBytes = 0;
    }

    /// Feeds `bytes[from, to)`.
    ///
    /// @throws MalformedAnswer when a frame is longer than was agreed, or the sink throws it
    void feed(byte[] bytes, int from, int to, Sink sink) throws MalformedAnswer {
        int at = from;
        while (at < to) {
            if (partialBytes == 0 && to - at >= Http2Frame.HEAD_BYTES) {
                int length = length(bytes, at);
                if (to - at >= length) {
                    tell(bytes, at, length, sink);
                    at += length;
                    continue;
                }
            }
            at += resume(bytes, at, to, sink);
        }
    }

    private int resume(byte[] bytes, int from, int to, Sink sink) throws MalformedAnswer {
        int wanted = partialBytes < Http2Frame.HEAD_BYTES ? Http2Frame.HEAD_BYTES : length(partial, 0);
        int taken = Math.min(wanted - partialBytes, to - from);
        System.arraycopy(bytes, from, partial, partialBytes, taken);
        partialBytes += taken;
        if (partialBytes >= Http2Frame.HEAD_BYTES && partialBytes == length(partial, 0)) {
            int whole = partialBytes;
            partialBytes = 0;
            tell(partial, 0, whole, sink);
        }
        return taken;
    }

    /// Of head and payload.
    private static int length(byte[] bytes, int at) throws MalformedAnswer {
        int payload = (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff);
        if (payload > Http2Frame.PAYLOAD_MAX_BYTES) {
            throw new MalformedAnswer("a frame of " + payload + " bytes");
        }
        return Http2Frame.HEAD_BYTES + payload;
    }

    private static void tell(byte[] bytes, int at, int length, Sink sink) throws MalformedAnswer {
        int stream = Http2Frame.intAt(bytes, at + 5) & 0x7fff_ffff;
        sink.frame(bytes[at + 3], bytes[at + 4] & 0xff, stream, bytes, at + Http2Frame.HEAD_BYTES, at + length);
    }
}
