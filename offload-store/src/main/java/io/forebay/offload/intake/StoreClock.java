package io.forebay.offload.intake;

/// The time that batches are stamped with: it starts at the wall clock, or after the last stamp on disk if that is
/// later, never goes back, and follows jumps of the wall clock at a tenth of real speed at most. Owned by
/// `store-writer`.
final class StoreClock {
    private static final long NS_PER_MS = 1_000_000;
    private static final long SLEW_DIVISOR = 10;

    private final TimeSource time;
    private long lastNs;
    private long virtualNs;

    StoreClock(TimeSource time, long lastStampMs) {
        this.time = time;
        this.lastNs = time.nanoTime();
        this.virtualNs = Math.max(time.wallMs(), lastStampMs + 1) * NS_PER_MS;
    }

    long nowMs() {
        long nowNs = time.nanoTime();
        long elapsedNs = Math.max(0, nowNs - lastNs);
        lastNs = nowNs;
        long steadyNs = virtualNs + elapsedNs;
        long behindNs = time.wallMs() * NS_PER_MS - steadyNs;
        // A millisecond of difference is the wall clock's own grain.
        long slewNs = Math.abs(behindNs) <= NS_PER_MS ? 0 : elapsedNs / SLEW_DIVISOR;
        virtualNs = steadyNs + Math.clamp(behindNs, -slewNs, slewNs);
        return virtualNs / NS_PER_MS;
    }
}
