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
                "spec: the policy asks for nothing; expected proxyProtocol, http3, connection, http2, timeout",
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
                TARGET + "connection: {}",
                "spec.connection: nothing is said; expected connectionLimit",
                TARGET + "connection: {connectionLimit: {}}",
                "spec.connection.connectionLimit: nothing is said; expected value, perClientAddress, or both",
                TARGET + "connection: {connectionLimit: {value: 0}}",
                "spec.connection.connectionLimit.value: found the number 0; expected a number from 1 to 1000000",
                TARGET + "connection: {connectionLimit: {perClientAddress: 1000001}}",
                "spec.connection.connectionLimit.perClientAddress: found the number 1000001; expected a number from 1 to 1000000",
                TARGET + "connection: {connectionLimit: {value: 1, closeDelay: 1s}}",
                "spec.connection.connectionLimit.closeDelay: this field is not supported yet",
                TARGET + "connection: {connectionLimit: {value: 1, maxConnectionDuration: 1s}}",
                "spec.connection.connectionLimit.maxConnectionDuration: this field is not supported yet",
                TARGET + "connection: {connectionLimit: {value: 1, maxRequestsPerConnection: 1}}",
                "spec.connection.connectionLimit.maxRequestsPerConnection: this field is not supported yet",
                TARGET + "connection: {connectionLimit: {value: 1, maxStreamDuration: 1s}}",
                "spec.connection.connectionLimit.maxStreamDuration: this field is not supported yet",
                TARGET + "connection: {bufferLimit: 32Ki}",
                "spec.connection.bufferLimit: this field is not supported yet",
                TARGET + "connection: {socketBufferLimit: 32Ki}",
                "spec.connection.socketBufferLimit: this field is not supported yet",
                TARGET + "connection: {maxAcceptPerSocketEvent: 1}",
                "spec.connection.maxAcceptPerSocketEvent: this field is not supported yet",
                TARGET + TRUST + ", headers: {}",
                "spec.headers: this field is not supported yet",
                TARGET + TRUST + ", healthCheck: {}",
                "spec.healthCheck: this field is not supported yet",
                TARGET + TRUST + ", http1: {}",
                "spec.http1: this field is not supported yet",
                TARGET + "http2: {}",
                "spec.http2: nothing is said; expected maxConcurrentStreams, initialStreamWindowSize",
                TARGET + "http2: {maxConcurrentStreams: 10001}",
                "spec.http2.maxConcurrentStreams: found the number 10001; expected a number from 1 to 10000",
                TARGET + "http2: {initialStreamWindowSize: 65534}",
                "spec.http2.initialStreamWindowSize: found the number 65534; expected a number from 65535 to 67108864",
                TARGET + "http2: {initialStreamWindowSize: 63Ki}",
                "spec.http2.initialStreamWindowSize: found \"63Ki\"; expected 65535 to 64Mi",
                TARGET + "http2: {initialConnectionWindowSize: 67108865}",
                "spec.http2.initialConnectionWindowSize: found the number 67108865",
                TARGET + "http2: {initialConnectionWindowSize: 65Mi}",
                "spec.http2.initialConnectionWindowSize: found \"65Mi\"; expected 65535 to 64Mi",
                TARGET + "http2: {maxConcurrentStreams: 1, onInvalidMessage: TerminateStream}",
                "spec.http2.onInvalidMessage: this field is not supported yet",
                TARGET + "http2: {maxConcurrentStreams: 1, connectionKeepalive: {}}",
                "spec.http2.connectionKeepalive: this field is not supported yet",
                TARGET + TRUST + ", http3: {}",
                "spec.http3: datagrams bear no header of the PROXY protocol; expected one of both",
                TARGET + "http3: {port: 1}",
                "spec.http3.port: unknown field \"port\"",
                TARGET + TRUST + ", path: {}",
                "spec.path: this field is not supported yet",
                TARGET + TRUST + ", scheme: {}",
                "spec.scheme: this field is not supported yet",
                TARGET + "timeout: {}",
                "spec.timeout: nothing is said; expected http",
                TARGET + "timeout: {http: {}}",
                "spec.timeout.http: nothing is said; expected requestReceivedTimeout, idleTimeout, minBodyRate",
                TARGET + "timeout: {http: {requestReceivedTimeout: 500ms}}",
                "spec.timeout.http.requestReceivedTimeout: found \"500ms\"; expected 1s to 24h",
                TARGET + "timeout: {http: {idleTimeout: 25h}}",
                "spec.timeout.http.idleTimeout: found \"25h\"; expected 1s to 24h",
                TARGET + "timeout: {http: {minBodyRate: 0}}",
                "spec.timeout.http.minBodyRate: found the number 0; expected a number from 1 to 1073741824",
                TARGET + "timeout: {http: {minBodyRate: '0'}}",
                "spec.timeout.http.minBodyRate: found \"0\"; expected 1 to 1Gi, in bytes a second",
                TARGET + "timeout: {http: {streamIdleTimeout: 1m}}",
                "spec.timeout.http.streamIdleTimeout: this field is not supported yet",
                TARGET + "timeout: {tcp: {}}",
                "spec.timeout.tcp: this field is not supported yet",
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
