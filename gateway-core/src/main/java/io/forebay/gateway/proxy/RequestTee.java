package io.forebay.gateway.proxy;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Keeps what was sent of a request's body, up to its own bound and the loop's; beyond either nothing is kept. Owned by
/// its call.
final class RequestTee {
    private static final int FIRST_BYTES = 1024;
    private static final byte[] NOTHING = {};

    private final TeeBudget budget;
    private byte[] kept = NOTHING;
    private int size;
    private int bytesMax;

    RequestTee(TeeBudget budget) {
        this.budget = budget;
    }

    /// Begins to keep at most so many bytes; 0 keeps nothing, and forgets what was kept.
    void begin(int most) {
        budget.giveBack(kept.length);
        kept = NOTHING;
        size = 0;
        bytesMax = most;
    }

    /// Copies the next `bytes` bytes of `in` and leaves `in` as it is; what does not fit is the end of it.
    void add(ByteBuf in, int bytes) {
        if (!tryAdd(in, bytes)) {
            begin(0);
        }
    }

    /// The same, but keeps what it has.
    ///
    /// @return false if these bytes do not fit
    boolean tryAdd(ByteBuf in, int bytes) {
        if (bytesMax == 0) {
            return true;
        }
        if (size + bytes > bytesMax || !hasRoom(bytes)) {
            return false;
        }
        in.getBytes(in.readerIndex(), kept, size, bytes);
        size += bytes;
        return true;
    }

    /// What it takes of memory, in bytes.
    int roomBytes() {
        return kept.length;
    }

    /// Whether all that was sent is kept.
    boolean isWhole() {
        return bytesMax > 0;
    }

    private boolean hasRoom(int bytes) {
        if (kept.length - size >= bytes) {
            return true;
        }
        int grown = Math.min(bytesMax, Math.max(size + bytes, Math.max(FIRST_BYTES, kept.length * 2)));
        if (!budget.tryTake(grown - kept.length)) {
            return false;
        }
        kept = Arrays.copyOf(kept, grown);
        return true;
    }

    /// All of the body, or null if it was not kept.
    byte @Nullable [] bytes() {
        return bytesMax == 0 ? null : Arrays.copyOf(kept, size);
    }
}
