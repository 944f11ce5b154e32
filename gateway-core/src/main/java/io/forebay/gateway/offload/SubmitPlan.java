package io.forebay.gateway.offload;

import io.forebay.policy.offload.OffloadRule;
import org.jspecify.annotations.Nullable;

/// What the head of a request has decided about the job it becomes.
///
/// @param bodyBytesMax a longer body is answered 413
/// @param idempotencyKey the client's key, or null
record SubmitPlan(
        OffloadRule rule, int bodyBytesMax, @Nullable String idempotencyKey) {}
