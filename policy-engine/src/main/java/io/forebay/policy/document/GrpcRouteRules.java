package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.length;
import static io.forebay.policy.document.RuleTable.oneOf;

import io.forebay.policy.expression.RegularExpression;
import java.util.List;
import java.util.Map;

/// What the definition of GRPCRoute in Gateway API v1.5 demands beyond what HTTPRoutes share with it. One row, one
/// rule; each has a case in `GrpcRouteRulesTest`.
final class GrpcRouteRules {
    private static final String CALL = "spec.rules[].matches[].method";

    /// What the parts of a call may look like (the CRD's own patterns).
    private static final Map<String, String> NAMES = Map.of(
            "service", "\\.?[A-Za-z_][A-Za-z_0-9]*(\\.[A-Za-z_][A-Za-z_0-9]*)*", "method", "[A-Za-z_][A-Za-z_0-9]*");

    static final RuleTable GRPC_ROUTE = GatewayApiRules.REQUEST_ROUTE.plus(RuleTable.of(
            oneOf(CALL + ".type", List.of("Exact", GatewayApiRules.REGULAR_EXPRESSION)),
            length(CALL + ".service", 1, 1024),
            length(CALL + ".method", 1, 1024),
            cross(CALL, GrpcRouteRules::namesACall),
            oneOf(
                    "spec.rules[].filters[].type",
                    List.of("RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef")),
            oneOf(
                    "spec.rules[].backendRefs[].filters[].type",
                    List.of("RequestHeaderModifier", "ResponseHeaderModifier"),
                    "RequestMirror",
                    "ExtensionRef")));

    private GrpcRouteRules() {}

    private static void namesACall(Yaml.Mapping call, String path, Findings findings) {
        if (call.value("service") == null && call.value("method") == null) {
            findings.error(call.at(), path, "the match names no call", "service, method, or both");
        } else if (GatewayApiRules.REGULAR_EXPRESSION.equals(call.text("type"))) {
            expressionsAreTaken(call, path, findings);
        } else {
            NAMES.forEach((part, name) -> {
                String text = call.text(part);
                if (text != null && !text.matches(name)) {
                    findings.error(
                            GatewayApiRules.at(call, part),
                            path + "." + part,
                            "found \"" + text + "\"",
                            "the name of a " + part + " of gRPC");
                }
            });
        }
    }

    /// Each by itself, so that neither reaches beyond its part of the path, and then together, as they are used.
    private static void expressionsAreTaken(Yaml.Mapping call, String path, Findings findings) {
        boolean areTaken = true;
        for (String part : NAMES.keySet()) {
            String text = call.text(part);
            String problem = text == null ? null : RegularExpression.problem(text);
            if (problem != null) {
                areTaken = false;
                findings.error(
                        GatewayApiRules.at(call, part), path + "." + part, problem, "a regular expression of RE2");
            }
        }
        String problem = areTaken
                ? RegularExpression.problem(GrpcRouteTranslation.expression(call.text("service"), call.text("method")))
                : null;
        if (problem != null) {
            findings.error(call.at(), path, "service and method together: " + problem);
        }
    }
}
