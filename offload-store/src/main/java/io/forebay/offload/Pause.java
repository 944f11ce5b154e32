package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// What an operator has stopped, and why.
///
/// @param untilMs when it ends by itself, 0 for never
public record Pause(String reason, long sinceMs, long untilMs) {
    public static final int REASON_CHARS_MAX = 500;

    /// What may be stopped.
    public enum Side {
        /// Leases are given.
        DISPATCH,
        /// Jobs are taken.
        INTAKE
    }

    public Pause {
        requireNonNull(reason, "reason");
        if (reason.length() > REASON_CHARS_MAX) {
            throw new IllegalArgumentException("reason must be at most " + REASON_CHARS_MAX + " characters");
        }
    }

    public boolean holds(long nowMs) {
        return untilMs == 0 || nowMs < untilMs;
    }
}
