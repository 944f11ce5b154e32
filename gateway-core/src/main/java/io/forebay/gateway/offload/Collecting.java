package io.forebay.gateway.offload;

import java.util.concurrent.atomic.AtomicLong;

/// Counts the bytes of request bodies that are being collected for the store, or held until it is known whether they
/// are; beyond its bound the next one to grow is refused with 503. Any thread.
final class Collecting {
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

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
