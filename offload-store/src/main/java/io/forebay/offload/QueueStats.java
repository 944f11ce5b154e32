package io.forebay.offload;

/// One queue as of a recent commit (at most 100 ms old). `waiting` counts scheduled and queued jobs; `deadLetters`
/// are failed jobs not yet redriven; `oldestReadyMs` is the submit time of the oldest job that may be leased, 0 for
/// none; `gatedUntilMs` is when a `Retry-After` frees the queue, 0 for now; `redriving` counts dead letters an
/// operation under way still has to look at (0 when none is).
public record QueueStats(
        String queue,
        QueueSettings settings,
        boolean paused,
        boolean orphaned,
        long scheduled,
        long queued,
        long running,
        long deadLetters,
        long waitingBytes,
        long oldestReadyMs,
        long gatedUntilMs,
        boolean redriving,
        Totals totals) {
    public long waiting() {
        return scheduled + queued;
    }

    /// Counts since the queue was first configured; they survive restarts and only grow.
    public record Totals(
            long submitted, long leased, long retried, long succeeded, long failed, long canceled, long expired) {}
}
