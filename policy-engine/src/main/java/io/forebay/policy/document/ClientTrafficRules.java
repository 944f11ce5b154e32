package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.items;
import static io.forebay.policy.document.RuleTable.notYet;
import static io.forebay.policy.document.RuleTable.required;
import static io.forebay.policy.document.RuleTable.text;
import static io.forebay.policy.document.RuleTable.unique;

import io.forebay.policy.AddressRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The same for what a ClientTrafficPolicy says of the ports of a Gateway. One row, one rule; each has a case in
/// `ClientTrafficRulesTest`.
final class ClientTrafficRules {
    static final RuleTable TABLE = ForebayRules.targets(List.of("Gateway"))
            .plus(RuleTable.of(
                    cross("spec", ClientTrafficRules::saysSomething),
                    required("spec.proxyProtocol", "trustedCIDRs"),
                    items("spec.proxyProtocol.trustedCIDRs", 1, 64),
                    unique("spec.proxyProtocol.trustedCIDRs"),
                    text("spec.proxyProtocol.trustedCIDRs[]", ClientTrafficRules::rangeProblem),
                    notYet("spec.enableProxyProtocol"),
                    notYet("spec.clientIPDetection"),
                    notYet("spec.tcpKeepalive"),
                    notYet("spec.connection"),
                    notYet("spec.headers"),
                    notYet("spec.healthCheck"),
                    notYet("spec.http1"),
                    notYet("spec.http2"),
                    notYet("spec.path"),
                    notYet("spec.scheme"),
                    notYet("spec.timeout"),
                    notYet("spec.tls")));

    private ClientTrafficRules() {}

    private static void saysSomething(Yaml.Mapping spec, String path, Findings findings) {
        if (List.of("targetRefs", "mode").containsAll(spec.entries().keySet())) {
            findings.error(spec.at(), path, "the policy asks for nothing", "proxyProtocol or http3");
        }
        Yaml http3 = spec.value("http3");
        if (http3 != null && spec.value("proxyProtocol") != null) {
            findings.error(
                    http3.at(), path + ".http3", "datagrams bear no header of the PROXY protocol", "one of both");
        }
        if (spec.value("mode") instanceof Yaml.Scalar mode && mode.text().equals("shadow")) {
            findings.error(mode.at(), path + ".mode", "a connection cannot be read two ways at once", "enforce or off");
        }
    }

    private static @Nullable String rangeProblem(String text) {
        return AddressRange.parse(text).isPresent()
                ? null
                : "found \"" + text + "\"; expected a range of addresses without bits beyond its prefix,"
                        + " such as 10.0.0.0/8";
    }
}
