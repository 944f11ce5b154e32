package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ClientTraffic;
import io.forebay.policy.ClientTraffic.ProxyProtocol;
import io.forebay.policy.document.Diagnostic;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which ports a ClientTrafficPolicy holds for, and that it is the only one there.
class ClientTrafficPolicyTest {
    @TempDir
    Path directory;

    @BeforeEach
    void writeExample() throws Exception {
        ShopFolder.create(directory);
        Files.writeString(directory.resolve("ports.yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: ports}
                spec:
                  gatewayClassName: forebay
                  listeners:
                  - {name: a, port: 9080, protocol: HTTP, hostname: a.example}
                  - {name: b, port: 9080, protocol: HTTP, hostname: b.example}
                  - {name: c, port: 9081, protocol: HTTP}
                """);
    }

    private void policy(String name, String target, String spec) throws IOException {
        Files.writeString(directory.resolve("policy-" + name + ".yaml"), """
                apiVersion: forebay.io/v1alpha1
                kind: ClientTrafficPolicy
                metadata: {name: %s}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, %s}]
                  %s
                """.formatted(name, target, spec));
    }

    private PolicyReloader booted() throws Exception {
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private static ClientTraffic traffic(PolicyReloader reloader, int port) {
        return Objects.requireNonNull(reloader.holder().current().port(port)).traffic();
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    @Test
    void policyOfAGatewayHoldsForItsPorts() throws Exception {
        policy("lb", "name: ports", "proxyProtocol: {optional: true, trustedCIDRs: [10.0.0.0/8, '::1']}");
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        ProxyProtocol spoken = Objects.requireNonNull(traffic(reloader, 9080).proxyProtocol());
        assertThat(spoken.isOptional()).isTrue();
        assertThat(spoken.trusts(InetAddress.ofLiteral("10.1.1.1"))).isTrue();
        assertThat(spoken.trusts(InetAddress.ofLiteral("::1"))).isTrue();
        assertThat(spoken.trusts(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
        assertThat(traffic(reloader, 9081)).isEqualTo(traffic(reloader, 9080));
        assertThat(traffic(reloader, 8443)).isEqualTo(ClientTraffic.NONE);
    }

    @Test
    void whatIsNotSaidIsTheDefault() throws Exception {
        policy("limits", "name: ports, sectionName: a", """
                connection: {connectionLimit: {perClientAddress: 20}}
                  http2: {initialStreamWindowSize: 1Mi}
                  timeout: {http: {requestReceivedTimeout: 30s, minBodyRate: 1Ki}}
                """);
        policy("more", "name: ports, sectionName: c", """
                connection: {connectionLimit: {value: 1000}}
                  http2: {maxConcurrentStreams: 10, initialConnectionWindowSize: 2Mi}
                  timeout: {http: {idleTimeout: 5m}}
                """);
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(traffic(reloader, 9080))
                .isEqualTo(new ClientTraffic(
                        null,
                        false,
                        new ClientTraffic.ConnectionLimit(Integer.MAX_VALUE, 20),
                        new ClientTraffic.Http2(100, 1 << 20, 1 << 20),
                        new ClientTraffic.Timeouts(TimeUnit.SECONDS.toNanos(30), TimeUnit.SECONDS.toNanos(60), 1024)));
        assertThat(traffic(reloader, 9081))
                .isEqualTo(new ClientTraffic(
                        null,
                        false,
                        new ClientTraffic.ConnectionLimit(1000, Integer.MAX_VALUE),
                        new ClientTraffic.Http2(10, 64 << 10, 2 << 20),
                        new ClientTraffic.Timeouts(0, TimeUnit.MINUTES.toNanos(5), 0)));
    }

    @Test
    void policyOfAListenerHoldsForItsWholePort() throws Exception {
        policy("lb", "name: ports, sectionName: b", "proxyProtocol: {trustedCIDRs: [10.0.0.0/8]}");
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(Objects.requireNonNull(traffic(reloader, 9080).proxyProtocol())
                        .isOptional())
                .isFalse();
        assertThat(traffic(reloader, 9081)).isEqualTo(ClientTraffic.NONE);
    }

    @Test
    void secondPolicyOfAPortIsRefusedByName() throws Exception {
        policy("a", "name: ports, sectionName: a", "proxyProtocol: {trustedCIDRs: [10.0.0.0/8]}");
        policy("b", "name: ports, sectionName: b", "proxyProtocol: {trustedCIDRs: [11.0.0.0/8]}");
        PolicyReloader reloader = booted();
        assertThat(errors(reloader))
                .containsExactly(
                        "policy-b.yaml:5:16: error: ClientTrafficPolicy default/b: spec.targetRefs[0]: port 9080"
                                + " of listener b is that of listener a of Gateway default/ports too, where"
                                + " ClientTrafficPolicy default/a is attached; expected one policy for a port");
        ProxyProtocol spoken = Objects.requireNonNull(traffic(reloader, 9080).proxyProtocol());
        assertThat(spoken.trusts(InetAddress.ofLiteral("10.0.0.1"))).isTrue();
        assertThat(spoken.trusts(InetAddress.ofLiteral("11.0.0.1"))).isFalse();
    }

    @Test
    void policyOfAListenerWinsOverItsGatewaysOnAPortOfItsOwn() throws Exception {
        policy("a", "name: ports, sectionName: c", "proxyProtocol: {trustedCIDRs: [10.0.0.0/8]}");
        policy("b", "name: ports", "proxyProtocol: {optional: true, trustedCIDRs: [10.0.0.0/8]}");
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(Objects.requireNonNull(traffic(reloader, 9081).proxyProtocol())
                        .isOptional())
                .isFalse();
        assertThat(Objects.requireNonNull(traffic(reloader, 9080).proxyProtocol())
                        .isOptional())
                .isTrue();
    }

    @Test
    void policyThatIsOffAsksNothing() throws Exception {
        policy("lb", "name: ports", "mode: off\n  proxyProtocol: {trustedCIDRs: [10.0.0.0/8]}");
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(traffic(reloader, 9080)).isEqualTo(ClientTraffic.NONE);
    }

    @Test
    void targetThatIsNotThereIsAnError() throws Exception {
        policy("lb", "name: ports, sectionName: d", "proxyProtocol: {trustedCIDRs: [10.0.0.0/8]}");
        assertThat(errors(booted())).anyMatch(error -> error.contains("Gateway default/ports has no listener named d"));
    }
}
