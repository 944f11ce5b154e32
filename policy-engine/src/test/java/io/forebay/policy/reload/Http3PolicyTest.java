package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ClientTraffic;
import io.forebay.policy.document.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// At which ports a ClientTrafficPolicy may ask for HTTP/3.
class Http3PolicyTest {
    private static final String CERTIFICATE =
            "tls: {certificateRefs: [{group: forebay.io, kind: FileSecret, name: " + "edge-cert}]}";

    @TempDir
    Path directory;

    @BeforeEach
    void writeExample() throws Exception {
        ShopFolder.create(directory);
        gateway("ports", "", "{name: plain, port: 9080, protocol: HTTP}", https("a", 9443, "a.example"));
    }

    private static String https(String name, int port, String hostname) {
        return "{name: %s, port: %d, protocol: HTTPS, hostname: %s, %s}".formatted(name, port, hostname, CERTIFICATE);
    }

    private void gateway(String name, String tls, String... listeners) throws IOException {
        Files.writeString(
                directory.resolve("gateway-" + name + ".yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: %s}
                spec: {gatewayClassName: forebay, %slisteners: [%s]}
                """.formatted(name, tls, String.join(", ", listeners)));
    }

    private static final String CLIENTS =
            "tls: {frontend: {default: {validation: {caCertificateRefs: [{group: forebay.io, "
                    + "kind: FileSecret, name: clients-ca}]}}}}, ";

    private void policy(String target) throws IOException {
        Files.writeString(directory.resolve("policy.yaml"), """
                apiVersion: forebay.io/v1alpha1
                kind: ClientTrafficPolicy
                metadata: {name: h3}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, %s}]
                  http3: {}
                """.formatted(target));
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

    private void isRefused(String problem) throws Exception {
        PolicyReloader reloader = booted();
        assertThat(errors(reloader))
                .containsExactly("policy.yaml:5:16: error: ClientTrafficPolicy default/h3: spec.targetRefs[0]: "
                        + problem + "; expected HTTPS listeners without client certificates, for http3");
        assertThat(traffic(reloader, 9443)).isEqualTo(ClientTraffic.NONE);
    }

    @Test
    void gatewaysHttpsPortsSpeakIt() throws Exception {
        policy("name: ports");
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(traffic(reloader, 9443)).isEqualTo(ClientTraffic.HTTP_3);
    }

    @Test
    void cleartextListenerIsRefused() throws Exception {
        policy("name: ports, sectionName: plain");
        isRefused("listener plain of Gateway default/ports is not HTTPS");
    }

    @Test
    void gatewayWithoutHttpsIsRefused() throws Exception {
        gateway("ports", "", "{name: plain, port: 9080, protocol: HTTP}", "{name: raw, port: 9443, protocol: TCP}");
        policy("name: ports");
        isRefused("Gateway default/ports has no HTTPS listener");
    }

    @Test
    void listenerThatAsksForClientCertificatesIsRefused() throws Exception {
        gateway("ports", CLIENTS, https("a", 9443, "a.example"));
        policy("name: ports");
        isRefused("listener a of Gateway default/ports asks for client certificates");
    }

    @Test
    void otherGatewaysListenerOfThePortThatAsksForThemIsRefusedToo() throws Exception {
        gateway("zoo", CLIENTS, https("b", 9443, "b.example"));
        policy("name: ports");
        isRefused("listener b of Gateway default/zoo asks for client certificates");
    }

    @Test
    void passthroughOnThePortIsRefused() throws Exception {
        gateway(
                "ports",
                "",
                https("a", 9443, "a.example"),
                "{name: t, port: 9443, protocol: TLS, hostname: t.example, tls: {mode: Passthrough}}");
        policy("name: ports, sectionName: a");
        isRefused("listener t of Gateway default/ports, which has port 9443 too, is not HTTPS");
    }

    @Test
    void policyEndsWhenItsGatewayBeginsToAskForClientCertificates() throws Exception {
        policy("name: ports");
        PolicyReloader reloader = booted();
        assertThat(traffic(reloader, 9443)).isEqualTo(ClientTraffic.HTTP_3);
        gateway("ports", CLIENTS, https("a", 9443, "a.example"));
        reloader.apply(reloader.directory().read());
        assertThat(errors(reloader)).anyMatch(error -> error.contains("asks for client certificates"));
        assertThat(traffic(reloader, 9443)).isEqualTo(ClientTraffic.NONE);
    }
}
