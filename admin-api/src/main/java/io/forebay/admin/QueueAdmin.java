package io.forebay.admin;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The queues: what they hold, and whether they give out work.
public interface QueueAdmin {
    /// All queues, in any order; from memory, so it may be asked every few seconds.
    Reply<List<Queue>> queues();

    Reply<Queue> queue(String name);

    /// Stops giving out jobs; submits go on. Pausing a paused queue is done at once. The value is the queue after it.
    Reply<Queue> pause(String name);

    Reply<Queue> resume(String name);

    /// One queue at a recent moment.
    ///
    /// @param isOrphaned whether the policy no longer names it
    /// @param oldestReadyAt when the oldest job that may run now was submitted, null if there is none
    /// @param gatedUntil until when an upstream asked to be left alone, null if none did
    record Queue(
            String name,
            boolean isPaused,
            boolean isOrphaned,
            int concurrency,
            long depthMax,
            long scheduled,
            long queued,
            long running,
            long deadLetters,
            long waitingBytes,
            @Nullable Instant oldestReadyAt,
            @Nullable Instant gatedUntil,
            Totals totals) {
        /// Jobs that wait: for their time, or for their turn.
        public long depth() {
            return scheduled + queued;
        }
    }

    /// Counts that only grow.
    record Totals(
            long submitted, long started, long retried, long succeeded, long failed, long canceled, long expired) {}
}
