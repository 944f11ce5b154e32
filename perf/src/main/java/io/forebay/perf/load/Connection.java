package io.forebay.perf.load;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A slot of the generator and the connection that is in it now; the slot is reused when the connection has ended.
/// Touched by the generator's thread alone.
final class Connection {
    enum State {
        /// No connection; it is opened when `dueNs` has come.
        CLOSED,
        CONNECTING,
        HANDSHAKE,
        /// Open, nothing in flight.
        READY,
        /// A request is on its way or an answer is awaited.
        BUSY
    }

    final int slot;
    final AnswerParser answer = new AnswerParser();
    State state = State.CLOSED;

    @Nullable
    Wire wire;

    @Nullable
    MemorySegment ciphertext;

    int fd = -1;
    /// Rises with each connection of this slot, so that an event of the one before is recognised.
    int generation;

    int interest;
    /// What the latency of the request in flight counts from: when it was sent, or when it should have been.
    long startNs;
    /// When the step under way began, for its timeout.
    long stepNs;

    long dueNs;
    long sendAddress;
    int sendLeft;
    long requests;
    boolean isSettled;

    Connection(int slot) {
        this.slot = slot;
    }

    long eventToken() {
        return (long) slot << 32 | Integer.toUnsignedLong(generation);
    }
}
