package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.forebay.policy.document.ObjectKey;

/// What rules are called: by their name, else by their index.
final class RuleNames {

    private RuleNames() {}

    static String of(HTTPRouteRule rule, int index) {
        return rule.getName() == null ? Integer.toString(index) : rule.getName();
    }

    /// namespace/route/rule: the identity that jobs, limits and metrics keep.
    static String id(ObjectKey route, HTTPRouteRule rule, int index) {
        return route.namespace() + "/" + route.name() + "/" + of(rule, index);
    }
}
