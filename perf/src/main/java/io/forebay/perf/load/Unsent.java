package io.forebay.perf.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Bytes of one connection that wait to be sent, in native memory of a fixed size.
final class Unsent {
    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment memory;
    private int from;
    private int to;

    Unsent(Arena arena, int capacityBytes) {
        memory = arena.allocate(capacityBytes, 64);
    }

    void clear() {
        from = 0;
        to = 0;
    }

    long address() {
        return memory.address() + from;
    }

    int bytes() {
        return to - from;
    }

    void sent(int bytes) {
        from += bytes;
        if (from == to) {
            clear();
        }
    }

    void add(byte[] bytes) {
        int at = room(bytes.length);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
    }

    /// Where the bytes begin, for `setInt` and `setByte`.
    int add(MemorySegment bytes) {
        int at = room((int) bytes.byteSize());
        MemorySegment.copy(bytes, 0, memory, at, bytes.byteSize());
        return at;
    }

    /// Room for that many bytes behind those that wait.
    ///
    /// @throws IllegalStateException when there is none: the peer asks for answers and takes none
    int room(int bytes) {
        if (to + bytes > memory.byteSize() && from > 0) {
            MemorySegment.copy(memory, from, memory, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to + bytes > memory.byteSize()) {
            throw new IllegalStateException(to + " bytes wait, no room for " + bytes);
        }
        int at = to;
        to += bytes;
        return at;
    }

    /// In network order.
    void setInt(int at, int value) {
        memory.set(BIG_ENDIAN, at, value);
    }

    void setByte(int at, int value) {
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }
}
