package io.forebay.offload.timer;

/// Why a job wakes up. The ordinal is stored: append only.
public enum TimerKind {
    /// The delay asked for at submit is over.
    DELAY,
    /// A back-off is over.
    RETRY,
    /// A lease ran out, unless a heartbeat moved its end since.
    LEASE,
    /// The job's deadline passed.
    DEADLINE,
    /// Retention of the bytes, then of the job itself, is over.
    EXPIRY
}
