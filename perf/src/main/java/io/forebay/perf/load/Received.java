package io.forebay.perf.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The memory all connections receive into, one after the other: bytes are of use from a receive to the next. The
/// generator's thread alone.
final class Received {
    static final int CAPACITY_BYTES = 160 * 1024;

    private final MemorySegment memory;
    private final byte[] bytes = new byte[CAPACITY_BYTES];

    Received(Arena arena) {
        memory = arena.allocate(CAPACITY_BYTES, 64);
    }

    MemorySegment memory() {
        return memory;
    }

    long address() {
        return memory.address();
    }

    /// Where bytes can be looked at once they were copied by `load`.
    byte[] array() {
        return bytes;
    }

    /// Copies bytes `[from, to)` of what was received to the beginning of the array.
    int load(int from, int to) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, from, bytes, 0, to - from);
        return to - from;
    }
}
