package io.forebay.offload.intake;

import io.forebay.offload.machine.JobIndex;
import org.jspecify.annotations.Nullable;

/// When the idle writer must wake, and which of its slower duties are due. Owned by `store-writer`.
final class WakeTimes {
    private static final long FIGURES_EVERY_NS = 100_000_000;
    private static final long REFILL_RETRY_NS = 1_000_000_000;
    private static final long NS_PER_MS = 1_000_000;
    private static final long FAR_MS = 3_600_000;

    private final ParkingWaitStrategy parking;
    private final TimeSource time;
    private long figuresAtNs;
    private boolean figuresMoved;
    private long refillRetryAtNs;
    private boolean refillRetryPlanned;

    WakeTimes(ParkingWaitStrategy parking, TimeSource time) {
        this.parking = parking;
        this.time = time;
        this.figuresAtNs = time.nanoTime();
    }

    void figuresMoved() {
        figuresMoved = true;
    }

    /// True at most every 100 ms, and only after something moved.
    boolean areFiguresDue() {
        long nowNs = time.nanoTime();
        if (!figuresMoved || nowNs - figuresAtNs < 0) {
            return false;
        }
        figuresMoved = false;
        figuresAtNs = nowNs + FIGURES_EVERY_NS;
        return true;
    }

    boolean isRefillRetryDue() {
        return refillRetryPlanned && time.nanoTime() - refillRetryAtNs >= 0;
    }

    /// Nothing is due until a command comes.
    void rest() {
        parking.wakeIn(FAR_MS * NS_PER_MS);
    }

    void plan(@Nullable OpenStore store, long reopenAtNs, boolean refillsFailed) {
        long nowNs = time.nanoTime();
        if (!refillsFailed) {
            refillRetryPlanned = false;
        } else if (!refillRetryPlanned) {
            refillRetryPlanned = true;
            refillRetryAtNs = nowNs + REFILL_RETRY_NS;
        }
        long leftNs = store == null ? reopenAtNs - nowNs : leftNs(store);
        if (figuresMoved) {
            leftNs = Math.min(leftNs, figuresAtNs - nowNs);
        }
        if (refillRetryPlanned) {
            leftNs = Math.min(leftNs, refillRetryAtNs - nowNs);
        }
        parking.wakeIn(Math.max(0, leftNs));
    }

    private static long leftNs(OpenStore store) {
        JobIndex index = store.index();
        long openMs = Math.min(index.nextGateMs(store.nowMs()), index.nextSweepMs());
        long dueMs = Math.min(index.timers().nextDueMs(), openMs);
        return Math.clamp(dueMs - store.nowMs(), 0, FAR_MS) * NS_PER_MS;
    }
}
