package io.forebay.offload;

/// The accepted job, or an earlier one that stands for it. `ahead` counts the queue's unfinished jobs with this one.
public record Submitted(Job job, How how, long ahead) {
    public enum How {
        ACCEPTED,
        /// The submission is a repeat: this is its job.
        REPLAYED,
        /// The job waits under the same dedup key ([Dedup.Mode#KEEP_FIRST]).
        DEDUPLICATED
    }

    public boolean isNew() {
        return how == How.ACCEPTED;
    }
}
