package io.forebay.perf.load;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A slot of the generator and the connection that is in it now; the slot is reused when the connection has ended.
/// Touched by the generator's thread alone.
final class Connection {
    enum State {
        /// No connection.
        CLOSED,
        CONNECTING,
        HANDSHAKE,
        /// The protocol has not come to the point where requests may be sent.
        OPENING,
        OPEN
    }

    final int slot;
    final Dialogue talk;
    State state = State.CLOSED;

    @Nullable
    Wire wire;

    @Nullable
    MemorySegment ciphertext;

    int fd = -1;
    /// Rises with each connection of this slot, so that an event of the one before is recognised.
    int generation;

    int interest;
    /// When the step towards an open connection began, for its timeout.
    long stepNs;

    /// When it is to be opened again, after it failed.
    long dueNs;
    /// Whether a request waits for the connection to open, and what its latency counts from.
    boolean isClaimed;

    long claimedNs;
    /// Whether it is among those whose bytes are about to be sent.
    boolean isToFlush;

    long requests;
    boolean isSettled;

    Connection(int slot, Dialogue talk) {
        this.slot = slot;
        this.talk = talk;
    }

    long eventToken() {
        return (long) slot << 32 | Integer.toUnsignedLong(generation);
    }

    int inFlight() {
        return talk.inFlight() + (isClaimed ? 1 : 0);
    }
}
