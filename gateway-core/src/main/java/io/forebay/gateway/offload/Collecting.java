package io.forebay.gateway.offload;

import java.util.concurrent.atomic.AtomicLong;

/// Counts the bytes of request bodies that are being collected for the store, or held until it is known whether they
/// are; beyond its bound the next one to grow is refused with 503. Any thread.
final class Collecting {
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    /// Counts and does not bind: answers are bounded by how many attempts there are.
    static Collecting unbounded() {
        return new Collecting(Long.MAX_VALUE);
    }

    Collecting(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    boolean tryTake(int more) {
        if (bytes.addAndGet(more) <= bytesMax) {
            return true;
        }
        bytes.addAndGet(-more);
        return false;
    }

    /// For bytes that are there already.
    void take(int more) {
        bytes.addAndGet(more);
    }

    void giveBack(int less) {
        bytes.addAndGet(-less);
    }

    /// What is being collected now.
    long bytes() {
        return bytes.get();
    }

    long bytesMax() {
        return bytesMax;
    }
}
