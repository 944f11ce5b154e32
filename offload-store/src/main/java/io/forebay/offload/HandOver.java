package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// A call that is already under way and becomes a job: its submission, and the lease of the attempt that runs. The job
/// is never queued: it is running from its first commit on.
///
/// @param isRepeatable whether another attempt may follow this one; otherwise the submission's body need not be kept,
///     and the job fails with its first attempt, also when the process ends before it
/// @param termMs how long the lease lasts
/// @param token 64 random bits from a cryptographic source: the lease's token
public record HandOver(Submission submission, boolean isRepeatable, long termMs, long token) {
    public HandOver {
        requireNonNull(submission, "submission");
        if (termMs < 1) {
            throw new IllegalArgumentException("termMs must be positive: " + termMs);
        }
        if (submission.timing().orderingKey() != null || submission.timing().delayMs() != 0) {
            throw new IllegalArgumentException("a running call waits neither for a time nor behind another job");
        }
    }
}
