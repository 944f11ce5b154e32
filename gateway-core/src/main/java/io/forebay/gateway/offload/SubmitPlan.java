package io.forebay.gateway.offload;

import io.forebay.policy.offload.JobOptions;
import io.forebay.policy.offload.OffloadRule;
import org.jspecify.annotations.Nullable;

/// What the head of a request has decided about the job it becomes.
///
/// @param bodyBytesMax a longer body is answered 413
/// @param idempotencyKey the client's key, or null
/// @param options what the client says about its job
record SubmitPlan(
        OffloadRule rule, long bodyBytesMax, @Nullable String idempotencyKey, JobOptions.Chosen options)
        implements SubmitPlanner.Planned {
    /// The same for a call under a key.
    SubmitPlan ofKeyedCall() {
        return new SubmitPlan(
                rule, bodyBytesMax, idempotencyKey, options.underWay().withoutCallback());
    }

    /// The same for a call that is under way.
    SubmitPlan underWay() {
        return new SubmitPlan(rule, bodyBytesMax, idempotencyKey, options.underWay());
    }
}
