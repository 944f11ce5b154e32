package io.forebay.gateway.proxy;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Keeps what was sent of a request's body, up to a bound; beyond it nothing is kept. Owned by its call.
final class RequestTee {
    private static final int FIRST_BYTES = 1024;

    private byte[] kept = new byte[0];
    private int size;
    private int bytesMax;

    /// Begins to keep at most so many bytes, 0 for a body that is not kept.
    void begin(int most) {
        kept = new byte[0];
        size = 0;
        bytesMax = most;
    }

    /// Copies the next `bytes` bytes of `in` and leaves `in` as it is.
    void add(ByteBuf in, int bytes) {
        if (bytesMax == 0) {
            return;
        }
        if (size + bytes > bytesMax) {
            begin(0);
            return;
        }
        if (kept.length - size < bytes) {
            kept = Arrays.copyOf(
                    kept, Math.min(bytesMax, Math.max(size + bytes, Math.max(FIRST_BYTES, kept.length * 2))));
        }
        in.getBytes(in.readerIndex(), kept, size, bytes);
        size += bytes;
    }

    /// All of the body, or null if it was not kept.
    byte @Nullable [] bytes() {
        return bytesMax == 0 ? null : Arrays.copyOf(kept, size);
    }
}
