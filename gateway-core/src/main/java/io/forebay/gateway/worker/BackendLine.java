package io.forebay.gateway.worker;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One backend as the jobs of one queue call it.
///
/// While the backend takes no calls (its breakers are open, or its limit is reached) it is held instead of burning
/// attempts; afterwards its window opens by doubling, 1, 2, 4, with each answer to a call that was begun since. Owned
/// by the thread `job-dispatcher`.
final class BackendLine {
    private static final long HOLD_NS = TimeUnit.SECONDS.toNanos(1);

    private int running;
    private int holds;
    private boolean isHeld;
    private long heldUntilNs;
    private int window = Integer.MAX_VALUE;

    /// A call under way.
    ///
    /// @param holds how often the backend had been held when it began
    record Call(BackendLine line, int holds) {}

    boolean isIdle() {
        return running == 0 && !isHeld;
    }

    /// How many more calls may begin now.
    int free(long nowNs) {
        return isHeld && nowNs < heldUntilNs ? 0 : Math.max(0, window - running);
    }

    /// Begins a call; null when none may begin now.
    @Nullable
    Call begin(long nowNs) {
        if (free(nowNs) == 0) {
            return null;
        }
        running++;
        return new Call(this, holds);
    }

    /// @param concurrency calls that the queue allows; a window beyond it is open
    void ended(Call call, AttemptVerdict verdict, int concurrency, long nowNs) {
        running--;
        if (call.holds != holds) {
            // Begun before the last hold: it says nothing about what has been since.
            return;
        }
        switch (verdict) {
            case ANSWERED -> window = window > concurrency ? Integer.MAX_VALUE : window * 2;
            case FAILED, SKIPPED -> {}
            case NOT_READY -> {
                holds++;
                isHeld = true;
                heldUntilNs = nowNs + HOLD_NS;
                window = 1;
            }
        }
    }

    /// Whether a hold has just ended.
    boolean endHold(long nowNs) {
        if (isHeld && nowNs >= heldUntilNs) {
            isHeld = false;
            return true;
        }
        return false;
    }
}
