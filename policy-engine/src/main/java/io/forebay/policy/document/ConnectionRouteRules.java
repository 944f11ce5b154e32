package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.items;
import static io.forebay.policy.document.RuleTable.length;
import static io.forebay.policy.document.RuleTable.notYet;
import static io.forebay.policy.document.RuleTable.oneOf;
import static io.forebay.policy.document.RuleTable.pattern;
import static io.forebay.policy.document.RuleTable.range;
import static io.forebay.policy.document.RuleTable.required;
import static io.forebay.policy.document.RuleTable.text;
import static io.forebay.policy.document.RuleTable.unique;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The same for TLSRoute and TCPRoute, whose connections are relayed as they are. One row, one rule; each has a case in
/// `ConnectionRouteRulesTest`.
final class ConnectionRouteRules {
    static final RuleTable TCP_ROUTE = ofBoth();

    static final RuleTable TLS_ROUTE = ofBoth().plus(RuleTable.of(
            required("spec", "hostnames"),
            items("spec.hostnames", 1, 1_024),
            unique("spec.hostnames"),
            text("spec.hostnames[]", ConnectionRouteRules::addressProblem),
            pattern("spec.hostnames[]", Patterns.HOSTNAME, Patterns.HOSTNAME_EXPECTED),
            length("spec.hostnames[]", 1, 253)));

    private ConnectionRouteRules() {}

    private static RuleTable ofBoth() {
        String backend = "spec.rules[].backendRefs[]";
        return RuleTable.of(
                required("spec", "parentRefs"),
                items("spec.parentRefs", 1, 32),
                required("spec.parentRefs[]", "name"),
                length("spec.parentRefs[].name", 1, 253),
                oneOf("spec.parentRefs[].group", List.of("gateway.networking.k8s.io"), ""),
                oneOf("spec.parentRefs[].kind", List.of("Gateway"), "Service", "ListenerSet"),
                pattern("spec.parentRefs[].namespace", Patterns.LABEL, Patterns.LABEL_EXPECTED),
                length("spec.parentRefs[].namespace", 1, 63),
                pattern("spec.parentRefs[].sectionName", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
                length("spec.parentRefs[].sectionName", 1, 253),
                range("spec.parentRefs[].port", 1, 65_535),
                unique("spec.parentRefs", "group", "kind", "namespace", "name", "sectionName", "port"),
                notYet("spec.useDefaultGateways"),
                required("spec", "rules"),
                items("spec.rules", 1, 1),
                pattern("spec.rules[].name", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
                length("spec.rules[].name", 1, 253),
                required("spec.rules[]", "backendRefs"),
                items("spec.rules[].backendRefs", 1, 16),
                required(backend, "name"),
                length(backend + ".name", 1, 253),
                cross(backend, GatewayApiRules::backendKind),
                range(backend + ".weight", 0, 1_000_000),
                range(backend + ".port", 1, 65_535),
                pattern(backend + ".namespace", Patterns.LABEL, Patterns.LABEL_EXPECTED));
    }

    /// A handshake names no addresses (RFC 6066 section 3).
    private static @Nullable String addressProblem(String text) {
        return text.matches("[0-9.]+")
                ? "found \"" + text + "\"; expected a name: addresses are not in a handshake"
                : null;
    }
}
