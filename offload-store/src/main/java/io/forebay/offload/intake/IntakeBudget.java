package io.forebay.offload.intake;

import java.util.concurrent.atomic.AtomicLong;

/// Payload bytes of commands in flight. Submits may use three quarters of it, completions all. Any thread.
final class IntakeBudget {
    private final long bytesMax;
    private final AtomicLong held = new AtomicLong();

    IntakeBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    boolean tryTake(int bytes, boolean mayUseReserve) {
        long limit = mayUseReserve ? bytesMax : bytesMax / 4 * 3;
        if (held.addAndGet(bytes) <= limit) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void giveBack(int bytes) {
        held.addAndGet(-bytes);
    }

    long bytesMax() {
        return bytesMax;
    }

    long heldBytes() {
        return held.get();
    }
}
