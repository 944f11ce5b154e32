package io.forebay.offload.intake;

import java.util.concurrent.atomic.AtomicLong;

/// Time that moves when told.
public final class ManualTime implements TimeSource {
    static final long START_MS = 1_800_000_000_000L;

    private final AtomicLong ms = new AtomicLong(START_MS);
    private final AtomicLong wallAheadMs = new AtomicLong();

    public void advance(long byMs) {
        ms.addAndGet(byMs);
    }

    /// Somebody sets the clock on the wall; no time passes by that.
    void jump(long byMs) {
        wallAheadMs.addAndGet(byMs);
    }

    @Override
    public long wallMs() {
        return ms.get() + wallAheadMs.get();
    }

    @Override
    public long nanoTime() {
        return (ms.get() - START_MS) * 1_000_000;
    }
}
