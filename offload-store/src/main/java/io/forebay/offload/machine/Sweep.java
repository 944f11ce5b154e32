package io.forebay.offload.machine;

import io.forebay.offload.JobId;

/// A redrive of a whole queue under way: it has looked at every dead letter up to (`changedMs`, `job`) and stops at
/// those that failed after `untilMs`. At most one a queue.
public record Sweep(int queueId, long changedMs, JobId job, long untilMs) {
    Sweep lookedTo(long ms, JobId id) {
        return new Sweep(queueId, ms, id, untilMs);
    }
}
