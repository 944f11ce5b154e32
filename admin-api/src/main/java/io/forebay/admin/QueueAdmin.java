package io.forebay.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The queues: what they hold, and whether they give out work.
public interface QueueAdmin {
    /// All queues, in any order; from memory, so it may be asked every few seconds.
    Reply<List<Queue>> queues();

    Reply<Queue> queue(String name);

    /// Stops one side of a queue; pausing it again gives it the new reason and end. The value is the queue after it.
    ///
    /// @param until when it ends by itself, null for never
    Reply<Queue> pause(String name, Side side, String reason, @Nullable Instant until);

    Reply<Queue> resume(String name, Side side);

    /// Begins an operation on many jobs, which goes on in steps. The value is how many will be looked at.
    /// [Reply.Conflict] if another one is under way.
    Reply<Long> operate(String name, Operation operation);

    /// What it would be done to now.
    Reply<Count> count(String name, Operation operation);

    /// Ends the operation under way; the value is to how many jobs it was done.
    Reply<Long> stopOperation(String name);

    /// What may be stopped.
    enum Side {
        /// Jobs are given out.
        DISPATCH,
        /// Jobs are taken.
        INTAKE
    }

    /// Why a side stands still, and until when; null for until somebody resumes it.
    record Pause(String reason, Instant since, @Nullable Instant until) {}

    /// What is done to each job.
    enum Action {
        /// Dead letters become new jobs.
        REDRIVE,
        /// The bytes of dead letters are deleted.
        PURGE,
        /// Jobs that wait are canceled.
        CANCEL,
        /// Jobs that wait wait in another queue from then on.
        MOVE;

        /// The action as documents write it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Which jobs are meant; null for any.
    ///
    /// @param route namespace/name/rule
    /// @param changedFrom inclusive
    /// @param changedTo exclusive
    record Filter(
            @Nullable String reason,
            @Nullable String tenant,
            @Nullable String route,
            @Nullable Instant changedFrom,
            @Nullable Instant changedTo) {}

    /// An operation on many jobs.
    ///
    /// @param perSecond at most so many, 0 for as many as go
    /// @param to the queue that jobs are moved to; null for other actions, and where it is only counted
    record Operation(
            Action action,
            Filter filter,
            int perSecond,
            @Nullable String to) {}

    /// How far an operation is.
    record Progress(Action action, Instant started, int perSecond, long looked, long done) {}

    /// What an operation would be done to.
    ///
    /// @param isAll whether there are no more to look at
    record Count(long matched, long looked, boolean isAll) {}

    /// One queue at a recent moment.
    ///
    /// @param dispatchPause if it gives out no jobs
    /// @param intakePause if it takes none
    /// @param operation one under way on its jobs, null if there is none
    /// @param isOrphaned whether the policy no longer names it
    /// @param oldestReadyAt since when the job waits that waits longest of those that may run now, null if there is
    /// none
    /// @param maxWait how long a job is to wait at most, null for a queue that the policy no longer names
    /// @param gatedUntil until when an upstream asked to be left alone, null if none did
    record Queue(
            String name,
            @Nullable Pause dispatchPause,
            @Nullable Pause intakePause,
            boolean isOrphaned,
            int concurrency,
            long depthMax,
            long scheduled,
            long queued,
            long running,
            long deadLetters,
            long waitingBytes,
            @Nullable Instant oldestReadyAt,
            @Nullable Duration maxWait,
            @Nullable Instant gatedUntil,
            @Nullable Progress operation,
            Totals totals) {
        /// Jobs that wait: for their time, or for their turn.
        public long depth() {
            return scheduled + queued;
        }

        /// Whether its oldest job waits longer than it is to.
        public boolean isLate(Instant now) {
            return oldestReadyAt != null
                    && maxWait != null
                    && oldestReadyAt.plus(maxWait).isBefore(now);
        }
    }

    /// Counts that only grow.
    record Totals(
            long submitted, long started, long retried, long succeeded, long failed, long canceled, long expired) {}
}
