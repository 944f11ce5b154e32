package io.forebay.policy.offload;

/// What happens to a job whose dedup key another waiting job has.
///
/// @param windowMs how long each job waits for the next, with [Mode#DEBOUNCE]; else 0
public record DedupRule(Mode mode, long windowMs) {
    public DedupRule {
        if (windowMs < 0 || (mode == Mode.DEBOUNCE) != (windowMs > 0)) {
            throw new IllegalArgumentException("debounce has a window, the others have none: " + windowMs);
        }
    }

    public enum Mode {
        /// The job that waits stands for the new one too.
        KEEP_FIRST,
        /// The job that waits is canceled in favour of the new one.
        REPLACE_QUEUED,
        /// The same, and the new one waits for others.
        DEBOUNCE
    }
}
