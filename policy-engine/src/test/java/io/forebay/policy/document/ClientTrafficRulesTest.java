package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientTrafficRulesTest {
    private static final String REF = "{group: gateway.networking.k8s.io, kind: Gateway, name: edge}";
    private static final String TARGET = "targetRefs: [" + REF + "], ";
    private static final String TRUST = "proxyProtocol: {trustedCIDRs: [10.0.0.0/8]}";

    static List<RuleCase> cases() {
        String many = IntStream.range(0, 65).mapToObj(i -> "10.0.0." + i).collect(Collectors.joining(", "));
        return RuleCase.all(
                TRUST,
                "spec: the field targetRefs is missing",
                "targetRefs: [], " + TRUST,
                "spec.targetRefs: the list has 0 entries",
                "targetRefs: [" + REF + ", " + REF + "], " + TRUST,
                "spec.targetRefs[1]: kind, name, sectionName is the same",
                "targetRef: " + REF + ", " + TARGET + TRUST,
                "spec.targetRef: this field is not supported yet",
                "targetSelectors: [], " + TARGET + TRUST,
                "spec.targetSelectors: this field is not supported yet",
                "targetRefs: [{group: forebay.io, kind: Gateway, name: edge}], " + TRUST,
                "spec.targetRefs[0].group: found \"forebay.io\"",
                "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}], " + TRUST,
                "spec.targetRefs[0].kind: found \"HTTPRoute\"; expected one of Gateway",
                "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: " + "a".repeat(254) + "}], "
                        + TRUST,
                "spec.targetRefs[0].name: the text has 254",
                "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: e, sectionName: A}], " + TRUST,
                "spec.targetRefs[0].sectionName: found \"A\"",
                TARGET,
                "spec: the policy asks for nothing; expected proxyProtocol or http3",
                TARGET + "mode: shadow, " + TRUST,
                "spec.mode: a connection cannot be read two ways at once; expected enforce or off",
                TARGET + "proxyProtocol: {}",
                "spec.proxyProtocol: the field trustedCIDRs is missing",
                TARGET + "proxyProtocol: {trustedCIDRs: []}",
                "spec.proxyProtocol.trustedCIDRs: the list has 0 entries; expected 1 to 64 entries",
                TARGET + "proxyProtocol: {trustedCIDRs: [" + many + "]}",
                "spec.proxyProtocol.trustedCIDRs: the list has 65 entries",
                TARGET + "proxyProtocol: {trustedCIDRs: [10.0.0.0/8, 10.0.0.0/8]}",
                "spec.proxyProtocol.trustedCIDRs[1]: the value is the same",
                TARGET + "proxyProtocol: {trustedCIDRs: [10.1.0.0/8]}",
                "spec.proxyProtocol.trustedCIDRs[0]: found \"10.1.0.0/8\"; expected a range of addresses without bits",
                TARGET + TRUST + ", enableProxyProtocol: true",
                "spec.enableProxyProtocol: this field is not supported yet",
                TARGET + TRUST + ", clientIPDetection: {}",
                "spec.clientIPDetection: this field is not supported yet",
                TARGET + TRUST + ", tcpKeepalive: {}",
                "spec.tcpKeepalive: this field is not supported yet",
                TARGET + TRUST + ", connection: {}",
                "spec.connection: this field is not supported yet",
                TARGET + TRUST + ", headers: {}",
                "spec.headers: this field is not supported yet",
                TARGET + TRUST + ", healthCheck: {}",
                "spec.healthCheck: this field is not supported yet",
                TARGET + TRUST + ", http1: {}",
                "spec.http1: this field is not supported yet",
                TARGET + TRUST + ", http2: {}",
                "spec.http2: this field is not supported yet",
                TARGET + TRUST + ", http3: {}",
                "spec.http3: datagrams bear no header of the PROXY protocol; expected one of both",
                TARGET + "http3: {port: 1}",
                "spec.http3.port: unknown field \"port\"",
                TARGET + TRUST + ", path: {}",
                "spec.path: this field is not supported yet",
                TARGET + TRUST + ", scheme: {}",
                "spec.scheme: this field is not supported yet",
                TARGET + TRUST + ", timeout: {}",
                "spec.timeout: this field is not supported yet",
                TARGET + TRUST + ", tls: {}",
                "spec.tls: this field is not supported yet");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void faultIsNamed(RuleCase rule) {
        rule.verify("forebay.io/v1alpha1", "ClientTrafficPolicy");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(ClientTrafficRules.TABLE, cases())).isEmpty();
    }

    @Test
    void unknownFieldIsAnError() {
        new RuleCase(
                        TARGET + "proxyProtocol: {trustedCIDRs: ['::/0'], optonal: true}",
                        "spec.proxyProtocol.optonal: unknown field \"optonal\"; did you mean \"optional\"?")
                .verify("forebay.io/v1alpha1", "ClientTrafficPolicy");
    }
}
