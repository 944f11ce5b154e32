package io.forebay.offload;

import org.jspecify.annotations.Nullable;

/// One queue as of a recent commit (at most 100 ms old). `waiting` counts scheduled and queued jobs; `deadLetters` are
/// failed jobs not yet redriven; `oldestReadyMs` is when the wait began of the job that may be leased and waits longest
/// (its submit, or the time it was to wait for, or the end of its last attempt), 0 for none; `gatedUntilMs` is when a
/// `Retry-After` frees the queue, 0 for now; a pause may have ended by itself ([Pause#holds]); `operation` is one under
/// way; `attemptMs` is how long an attempt lately took, 0 before the first since the start.
public record QueueStats(
        String queue,
        QueueSettings settings,
        @Nullable Pause dispatchPause,
        @Nullable Pause intakePause,
        boolean orphaned,
        long scheduled,
        long queued,
        long running,
        long deadLetters,
        long waitingBytes,
        long oldestReadyMs,
        long gatedUntilMs,
        QueueOperation.@Nullable Progress operation,
        long attemptMs,
        Totals totals) {
    public long waiting() {
        return scheduled + queued;
    }

    /// Counts since the queue was first configured; they survive restarts and only grow.
    public record Totals(
            long submitted, long leased, long retried, long succeeded, long failed, long canceled, long expired) {}
}
