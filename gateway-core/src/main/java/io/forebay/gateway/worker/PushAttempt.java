package io.forebay.gateway.worker;

/// An attempt that the gateway itself makes.
interface PushAttempt {
    /// The job no longer runs: somebody canceled it, or its deadline passed. Any thread.
    void revoke();

    /// Hears of the end of an attempt, on its loop.
    @FunctionalInterface
    interface Ended {
        void ended(PushAttempt attempt, AttemptVerdict verdict);
    }
}
