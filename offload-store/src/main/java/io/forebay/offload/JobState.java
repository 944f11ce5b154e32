package io.forebay.offload;

/// Where a job stands. The arrows are drawn in docs/job-states.md; terminal states never change.
public enum JobState {
    /// Waits for its time: a delay asked for at submit.
    SCHEDULED,
    /// May be leased, or waits for a retry's back-off or behind an older job of its ordering key.
    QUEUED,
    /// Held by exactly one valid lease.
    RUNNING,
    /// Its worker delivered an answer.
    SUCCEEDED,
    /// Out of attempts or not retryable: among its queue's dead letters, from where it may be redriven as a new
    /// job.
    FAILED,
    /// Ended by its owner or an operator.
    CANCELED,
    /// Its deadline passed first.
    EXPIRED;

    public boolean isTerminal() {
        return switch (this) {
            case SCHEDULED, QUEUED, RUNNING -> false;
            case SUCCEEDED, FAILED, CANCELED, EXPIRED -> true;
        };
    }
}
