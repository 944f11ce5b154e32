package io.forebay.gateway.worker;

/// How an attempt ended, as far as it matters to how fast the queue goes on.
enum AttemptVerdict {
    /// The upstream answered, well or badly.
    ANSWERED,
    /// The call failed.
    FAILED,
    /// Every breaker was open, or the backend's limit reached: nothing was asked, and nothing would be gained by asking
    /// again at once.
    NOT_READY,
    /// The job's rule, its backend or its bytes were not to be had: this job waits, and the queue goes on with others.
    SKIPPED,
}
