package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// Says that jobs are about the same thing, so that of those that wait one is enough. `key` is unique among the jobs of
/// one queue and tenant. A job holds its key until it is leased for the first time, or ends.
///
/// @param mode what happens while another job waits under the key
/// @param windowMs how long a job waits for others, with [Mode#DEBOUNCE]
public record Dedup(String key, Mode mode, long windowMs) {
    public Dedup {
        requireNonNull(key, "key");
        requireNonNull(mode, "mode");
        if (windowMs < 0) {
            throw new IllegalArgumentException("windowMs must not be negative: " + windowMs);
        }
    }

    public enum Mode {
        /// The job that waits is the new one's too.
        KEEP_FIRST,
        /// The job that waits is canceled, and the new one takes its turn.
        REPLACE_QUEUED,
        /// The same, and each waits so long for the next.
        DEBOUNCE
    }
}
