package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackendConnectionRulesTest {
    private static final String TO_ROUTE =
            "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}], ";
    private static final String TARGET = "targetRefs: [{group: forebay.io, kind: Backend, name: b}], ";

    static List<RuleCase> cases() {
        return RuleCase.all(
                TO_ROUTE + "timeout: {tcp: {connectTimeout: 1s}}",
                "spec.timeout: this is said of Backends; expected a target of kind Backend",
                TO_ROUTE + "tcpKeepalive: {probes: 3}",
                "spec.tcpKeepalive: this is said of Backends",
                TO_ROUTE + "connection: {preconnect: {perEndpointConnections: 1}}",
                "spec.connection: this is said of Backends",
                TARGET + "timeout: {}",
                "spec.timeout: nothing is said; expected tcp, http, or both",
                TARGET + "timeout: {tcp: {}}",
                "spec.timeout.tcp: nothing is said; expected connectTimeout",
                TARGET + "timeout: {tcp: {connectTimeout: 0s}}",
                "spec.timeout.tcp.connectTimeout: found \"0s\"; expected 1ms to 1m",
                TARGET + "timeout: {tcp: {connectTimeout: 61s}}",
                "spec.timeout.tcp.connectTimeout: found \"61s\"; expected 1ms to 1m",
                TARGET + "timeout: {http: {}}",
                "spec.timeout.http: nothing is said; expected connectionIdleTimeout, maxConnectionDuration",
                TARGET + "timeout: {http: {connectionIdleTimeout: 999ms}}",
                "spec.timeout.http.connectionIdleTimeout: found \"999ms\"; expected 1s to 24h",
                TARGET + "timeout: {http: {maxConnectionDuration: 25h}}",
                "spec.timeout.http.maxConnectionDuration: found \"25h\"; expected 1s to 24h",
                TARGET + "timeout: {http: {maxStreamDuration: 1s}}",
                "spec.timeout.http.maxStreamDuration: this field is not supported yet",
                TARGET + "timeout: {http: {requestTimeout: 1s}}",
                "spec.timeout.http.requestTimeout: this field is not supported yet",
                TARGET + "timeout: {http: {streamIdleTimeout: 1s}}",
                "spec.timeout.http.streamIdleTimeout: this field is not supported yet",
                TARGET + "tcpKeepalive: {}",
                "spec.tcpKeepalive: nothing is said; expected probes, idleTime, interval",
                TARGET + "tcpKeepalive: {probes: 128}",
                "spec.tcpKeepalive.probes: found the number 128; expected a number from 1 to 127",
                TARGET + "tcpKeepalive: {idleTime: 1500ms}",
                "spec.tcpKeepalive.idleTime: found \"1500ms\"; expected whole seconds",
                TARGET + "tcpKeepalive: {idleTime: 0s}",
                "spec.tcpKeepalive.idleTime: found \"0s\"; expected 1s to 32767s",
                TARGET + "tcpKeepalive: {interval: 32768s}",
                "spec.tcpKeepalive.interval: found \"32768s\"; expected 1s to 32767s",
                TARGET + "connection: {}",
                "spec.connection: nothing is said; expected preconnect",
                TARGET + "connection: {preconnect: {}}",
                "spec.connection.preconnect: the field perEndpointConnections is missing",
                TARGET + "connection: {preconnect: {perEndpointConnections: 0}}",
                "spec.connection.preconnect.perEndpointConnections: found the number 0; expected a number from 1 to",
                TARGET + "connection: {preconnect: {perEndpointPercent: 200}}",
                "spec.connection.preconnect.perEndpointPercent: this field is not supported yet",
                TARGET + "connection: {preconnect: {predictivePercent: 200}}",
                "spec.connection.preconnect.predictivePercent: this field is not supported yet",
                TARGET + "connection: {bufferLimit: 1Mi}",
                "spec.connection.bufferLimit: this field is not supported yet",
                TARGET + "connection: {socketBufferLimit: 1Mi}",
                "spec.connection.socketBufferLimit: this field is not supported yet",
                TARGET + "proxyProtocol: {version: V2}, connection: {preconnect: {perEndpointConnections: 1}}",
                "spec.connection.preconnect: with proxyProtocol a connection is made for one client, not before");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void faultIsFound(RuleCase rule) {
        rule.verify("forebay.io/v1alpha1", "BackendTrafficPolicy");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(BackendConnectionRules.TABLE, cases()))
                .isEmpty();
    }

    @Test
    void lifeOfConnectionsIsTaken() {
        assertThat(Parsing.parse("""
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: p}
                spec:
                  targetRefs: [{group: forebay.io, kind: Backend, name: b}]
                  circuitBreaker: {maxRequestsPerConnection: 1000}
                  timeout: {tcp: {connectTimeout: 250ms}, http: {connectionIdleTimeout: 4s, maxConnectionDuration: 1h}}
                  tcpKeepalive: {probes: 3, idleTime: 1m, interval: 10s}
                  connection: {preconnect: {perEndpointConnections: 2}}
                """).diagnostics()).isEmpty();
    }
}
