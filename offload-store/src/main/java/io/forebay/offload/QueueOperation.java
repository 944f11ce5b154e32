package io.forebay.offload;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// What is done to many jobs of a queue, one after the other.
///
/// @param perSecond at most so many, or 0 for as many as go
/// @param to the queue that jobs are moved to; `null` for other actions, and where they are only counted
public record QueueOperation(
        Action action,
        JobFilter filter,
        int perSecond,
        @Nullable String to) {
    public static final int PER_SECOND_MAX = 1_000;

    /// What becomes of each job.
    public enum Action {
        /// A dead letter is submitted again, as a new job.
        REDRIVE,
        /// A dead letter's bytes are deleted, as if its retention had ended.
        PURGE,
        /// A job that waits is canceled.
        CANCEL,
        /// A job that waits waits in another queue from then on, behind those that are there.
        MOVE
    }

    public QueueOperation {
        requireNonNull(action, "action");
        requireNonNull(filter, "filter");
        if (perSecond < 0 || perSecond > PER_SECOND_MAX) {
            throw new IllegalArgumentException("perSecond must be 0 to " + PER_SECOND_MAX + ": " + perSecond);
        }
        if (action != Action.MOVE && to != null) {
            throw new IllegalArgumentException("only what is moved has a target: " + action + " to " + to);
        }
    }

    /// One that leaves jobs in their queue.
    public QueueOperation(Action action, JobFilter filter, int perSecond) {
        this(action, filter, perSecond, null);
    }

    /// How far it is.
    ///
    /// @param looked jobs that were looked at
    /// @param done those of them to which it was done
    public record Progress(QueueOperation operation, long startedMs, long looked, long done) {}
}
