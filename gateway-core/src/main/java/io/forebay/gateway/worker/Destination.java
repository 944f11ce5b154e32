package io.forebay.gateway.worker;

import io.forebay.offload.RouteIdentity;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.RouteRule;
import org.jspecify.annotations.Nullable;

/// Where an attempt goes: the job's rule as it is now, and the backend that the rule's weights have chosen.
///
/// @param backend namespace/name
record Destination(RouteRule rule, String backend) {

    /// Null while the rule is gone or invalid, or has no backend to call.
    ///
    /// @param random any `long`, uniform
    static @Nullable Destination of(
            PolicySnapshot policy, RouteIdentity route, long random, BackendSplit.Readiness readiness) {
        RouteRule rule = policy.rule(route.namespace() + "/" + route.name() + "/" + route.rule());
        BackendSplit.Share share = rule == null || rule.fault() != null
                ? BackendSplit.NO_BACKEND
                : rule.backends().pick(random, readiness);
        return rule == null || share.backend() == null ? null : new Destination(rule, share.backend());
    }
}
