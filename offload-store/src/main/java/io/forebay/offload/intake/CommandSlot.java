package io.forebay.offload.intake;

import io.forebay.offload.Completion;
import io.forebay.offload.machine.Command;
import org.jspecify.annotations.Nullable;

/// One place in the ring: a command, who waits for it, and the intake bytes it holds. No command means "stop".
final class CommandSlot {
    private @Nullable Command command;
    private @Nullable Completion<?> completion;
    private int heldBytes;

    void fill(@Nullable Command next, @Nullable Completion<?> whoWaits, int bytes) {
        command = next;
        completion = whoWaits;
        heldBytes = bytes;
    }

    /// Empties the place, so that the ring holds on to nothing.
    Waiting take() {
        Waiting waiting = new Waiting(command, completion, heldBytes);
        fill(null, null, 0);
        return waiting;
    }

    /// A command on its way to an answer.
    record Waiting(@Nullable Command command, @Nullable Completion<?> completion, int heldBytes) {}
}
