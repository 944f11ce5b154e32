package io.forebay.policy.offload;

/// What the head of a request says about deferring it.
public sealed interface OffloadDecision {

    /// The request is answered now.
    record Pass() implements OffloadDecision {
        public static final Pass INSTANCE = new Pass();
    }

    /// The request becomes a job.
    record Defer() implements OffloadDecision {
        public static final Defer INSTANCE = new Defer();
    }

    /// The request becomes a job once its body turns out longer than this.
    record DeferIfBodyExceeds(long bodyBytes) implements OffloadDecision {}
}
