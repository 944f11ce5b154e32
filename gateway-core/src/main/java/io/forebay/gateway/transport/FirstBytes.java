package io.forebay.gateway.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What a client has sent before it is known what it speaks. Owned by the connection's loop.
final class FirstBytes {
    private @Nullable ByteBuf bytes;

    boolean isEmpty() {
        return bytes == null;
    }

    /// Adds what has come, and takes ownership of it.
    ///
    /// @return all there is now, to be looked at
    ByteBuf add(ByteBuf in) {
        ByteBuf begun = bytes;
        if (begun == null) {
            bytes = in;
            return in;
        }
        try {
            return begun.writeBytes(in);
        } finally {
            in.release();
        }
    }

    /// Gives all of it to the caller, or null where there is none.
    @Nullable
    ByteBuf take() {
        ByteBuf taken = bytes;
        bytes = null;
        return taken;
    }

    void release() {
        ByteBuf left = take();
        if (left != null) {
            left.release();
        }
    }
}
