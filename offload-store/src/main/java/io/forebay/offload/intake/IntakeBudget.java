package io.forebay.offload.intake;

import java.util.concurrent.atomic.AtomicLong;

/// Payload bytes and ring places of commands in flight. Submits may use three quarters of either, completions all;
/// while the storage holds off writes, submits may use half of that. Any thread.
final class IntakeBudget {
    private final long bytesMax;
    private final AtomicLong held = new AtomicLong();
    private volatile boolean narrow;

    IntakeBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// By the writer: whether the last commit was held off.
    void narrow(boolean now) {
        narrow = now;
    }

    /// Whether a submit may take a place when so many of `places` are free.
    boolean admits(long freePlaces, int places) {
        return freePlaces >= places - share(places);
    }

    boolean tryTake(int bytes, boolean mayUseReserve) {
        long limit = mayUseReserve ? bytesMax : share(bytesMax);
        if (held.addAndGet(bytes) <= limit) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    private long share(long whole) {
        return narrow ? whole / 8 * 3 : whole / 4 * 3;
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
