package io.forebay.gateway.offload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A body as it comes in: copied into one array that grows with it, so that it pins no buffer that was read into, and
/// counted against [Collecting] from the first byte on. Owned by one exchange's loop.
final class CollectedBody {
    private static final int FIRST_BYTES = 4096;
    private static final byte[] NOTHING = {};

    private final Collecting collecting;
    private byte[] bytes = NOTHING;
    private int size;

    CollectedBody(Collecting collecting) {
        this.collecting = collecting;
    }

    /// A whole body, which is counted from now on; `null` if there is no room for it.
    static @Nullable CollectedBody of(Collecting collecting, byte[] whole) {
        if (!collecting.tryTake(whole.length)) {
            return null;
        }
        CollectedBody body = new CollectedBody(collecting);
        body.bytes = whole;
        body.size = whole.length;
        return body;
    }

    int size() {
        return size;
    }

    /// Takes the next `more` bytes of `in`.
    ///
    /// @param bytesMax the most that may come in all; no more room is made than that
    /// @return false, with nothing taken, when all bodies being collected have used up their bound
    boolean take(ByteBuf in, int more, long bytesMax) {
        if (bytes.length - size < more && !grow(size + more, bytesMax)) {
            return false;
        }
        in.readBytes(bytes, size, more);
        size += more;
        return true;
    }

    private boolean grow(int needed, long bytesMax) {
        int wanted = (int) Math.min(bytesMax, Math.max(FIRST_BYTES, bytes.length * 2L));
        int grown = Math.max(needed, wanted);
        if (!collecting.tryTake(grown - bytes.length)) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, grown);
        return true;
    }

    /// Gives away what has come, in an array of just that size, and counts it no more.
    byte[] whole() {
        byte[] whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        drop();
        return whole;
    }

    /// A copy of some of what has come.
    byte[] part(int from, int to) {
        return Arrays.copyOfRange(bytes, from, Math.min(to, size));
    }

    /// Gives away what has come as a buffer, which is counted until it is released.
    ByteBuf buffer() {
        ByteBuf buffer = new Counted(collecting, bytes).writerIndex(size);
        bytes = NOTHING;
        size = 0;
        return buffer;
    }

    /// Throws away what has come.
    void drop() {
        collecting.giveBack(bytes.length);
        bytes = NOTHING;
        size = 0;
    }

    private static final class Counted extends UnpooledHeapByteBuf {
        private final Collecting collecting;

        Counted(Collecting collecting, byte[] bytes) {
            super(UnpooledByteBufAllocator.DEFAULT, bytes, bytes.length);
            this.collecting = collecting;
        }

        @Override
        protected void freeArray(byte[] array) {
            collecting.giveBack(array.length);
        }
    }
}
