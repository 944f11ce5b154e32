package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;

/// What rules are called: by their name, else by their index.
final class RuleNames {

    private RuleNames() {}

    static String of(HTTPRouteRule rule, int index) {
        return rule.getName() == null ? Integer.toString(index) : rule.getName();
    }

    /// namespace/route/rule: the identity that jobs, limits and metrics keep. That of a GRPCRoute begins with its kind,
    /// since an HTTPRoute may have the same name.
    static String id(ObjectKey route, HTTPRouteRule rule, int index) {
        String kind = route.kind() == Kind.HTTP_ROUTE ? "" : route.kind().kindName() + "/";
        return kind + route.namespace() + "/" + route.name() + "/" + of(rule, index);
    }
}
