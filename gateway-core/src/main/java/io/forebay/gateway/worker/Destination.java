package io.forebay.gateway.worker;

import io.forebay.offload.RouteIdentity;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.route.UrlRewrite;
import org.jspecify.annotations.Nullable;

/// Where an attempt goes: the job's rule as it is now, and the backend that the rule's weights have chosen.
///
/// @param backend namespace/name
/// @param requestHeaders what the filters of the rule and of its backend make of the request
record Destination(RouteRule rule, String backend, HeaderEdits requestHeaders) {

    /// Null while the rule is gone or invalid, or has no backend to call.
    ///
    /// @param random any `long`, uniform
    static @Nullable Destination of(
            PolicySnapshot policy, RouteIdentity route, long random, BackendSplit.Readiness readiness) {
        RouteRule rule = rule(policy, route);
        BackendSplit.Share share = rule == null || rule.fault() != null
                ? BackendSplit.NO_BACKEND
                : rule.backends().pick(random, readiness);
        return rule == null || share.backend() == null
                ? null
                : new Destination(rule, share.backend(), rule.requestHeaders().then(share.requestHeaders()));
    }

    private static @Nullable RouteRule rule(PolicySnapshot policy, RouteIdentity route) {
        return policy.rule(route.namespace() + "/" + route.name() + "/" + route.rule());
    }

    /// What the job's rule makes of its request's host and path: a call that is sent once more is told the same.
    static @Nullable UrlRewrite rewrite(PolicySnapshot policy, RouteIdentity route) {
        RouteRule rule = rule(policy, route);
        return rule == null ? null : rule.rewrite();
    }
}
