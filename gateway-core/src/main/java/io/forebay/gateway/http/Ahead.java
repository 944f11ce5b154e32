package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/// What a client of HTTP/1.1 has sent before its turn: requests sent ahead (pipelining), or a body whose consumer has
/// paused. Whoever keeps bytes here stops to read from the client once they are too many. Owned by one loop.
final class Ahead {
    private static final int BYTES_MAX = 64 * 1024;

    private @Nullable ByteBuf waiting;
    private @Nullable ByteBuf reading;

    /// Whether nothing waits.
    boolean isEmpty() {
        return waiting == null;
    }

    /// How much waits.
    int bytes() {
        return waiting == null ? 0 : waiting.readableBytes();
    }

    /// Whether nothing waits, and nothing that waited is being read.
    boolean isUsedUp() {
        return waiting == null && reading == null;
    }

    /// Keeps the rest of `in`. What is being read here stays in its buffer.
    ///
    /// @return whether there is room for more
    @SuppressWarnings("ReferenceEquality") // the very buffer, not one with the same bytes
    boolean keep(ByteBuf in, ByteBufAllocator allocator) {
        ByteBuf kept = waiting;
        if (in == reading) {
            kept = in;
            reading = null;
        } else {
            if (kept == null) {
                kept = allocator.buffer(in.readableBytes());
            }
            kept.discardSomeReadBytes().writeBytes(in);
        }
        waiting = kept;
        return kept.readableBytes() <= BYTES_MAX;
    }

    /// Begins to read what waits, if anything does; [#endReading()] follows.
    @Nullable
    ByteBuf beginReading() {
        reading = waiting;
        waiting = null;
        return reading;
    }

    /// Lets go of what was read, unless it was kept again.
    void endReading() {
        if (reading != null) {
            reading.release();
            reading = null;
        }
    }

    /// Throws away what waits.
    void drop() {
        if (waiting != null) {
            waiting.release();
            waiting = null;
        }
    }
}
