package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.BackendHealthCheck;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.TransportPolicy;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.route.BackendSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How Backends are spoken to: `appProtocols`, BackendTLSPolicies, and the certificate of the Gateways.
class BackendTransportPolicyTest {
    private static final String POLICY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: BackendTLSPolicy
            metadata: {name: menu-tls}
            spec:
              targetRefs: [{group: forebay.io, kind: Backend, name: menu-v1}]
              validation:
                hostname: menu.internal
                caCertificateRefs: [{group: forebay.io, kind: FileSecret, name: clients-ca}]
                subjectAltNames: [{type: URI, uri: 'spiffe://example/menu'}, {type: Hostname, hostname: menu.internal}]
            """;
    private static final String CHECKS = """
            ---
            {apiVersion: forebay.io/v1alpha1, kind: BackendTrafficPolicy, metadata: {name: checks},
             spec: {targetRefs: [{group: forebay.io, kind: Backend, name: menu-v1}],
                    healthCheck: {active: {http: {path: /up}}, passive: {}}}}
            """;

    @TempDir
    Path directory;

    private @Nullable ShopFolder shop;

    @BeforeEach
    void writeExample() throws Exception {
        shop = ShopFolder.create(directory);
    }

    private void write(String more) throws IOException {
        Files.writeString(directory.resolve("more.yaml"), more);
    }

    private PolicyReloader booted() throws Exception {
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private static TransportPolicy transport(PolicyReloader reloader, String id) {
        return reloader.holder().current().backends().stream()
                .filter(backend -> backend.id().equals(id))
                .map(BackendPolicy::transport)
                .findFirst()
                .orElseThrow();
    }

    private static BackendHealthCheck health(PolicyReloader reloader) {
        return Objects.requireNonNull(reloader.holder().current().backend("default/menu-v1"))
                .health();
    }

    private static BackendSplit.Share share(PolicyReloader reloader) {
        return Objects.requireNonNull(reloader.holder().current().rule("default/shop/menu"))
                .backends()
                .pick(0);
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::text)
                .toList();
    }

    @Test
    void withoutAWordItIsHttp1InCleartext() throws Exception {
        assertThat(transport(booted(), "default/menu-v1")).isEqualTo(TransportPolicy.DEFAULT);
    }

    @Test
    void appProtocolsNameTheVersion() throws Exception {
        write("""
                {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: grpc},
                 spec: {appProtocols: [kubernetes.io/h2c], endpoints: [{ip: {address: 127.0.0.1, port: 1}}]}}
                ---
                {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: chat},
                 spec: {appProtocols: [kubernetes.io/wss], endpoints: [{ip: {address: 127.0.0.1, port: 1}}]}}
                """);
        PolicyReloader reloader = booted();
        assertThat(transport(reloader, "default/grpc").http()).isEqualTo(TransportPolicy.Http.VERSION_2);
        assertThat(transport(reloader, "default/chat").http()).isEqualTo(TransportPolicy.Http.VERSION_1);
    }

    @Test
    void proxyProtocolMakesConnectionsOfOneClientEach() throws Exception {
        write(POLICY + """
                ---
                {apiVersion: forebay.io/v1alpha1, kind: BackendTrafficPolicy, metadata: {name: told},
                 spec: {targetRefs: [{group: forebay.io, kind: Backend, name: menu-v1}], proxyProtocol: {version: V2}}}
                """);
        TransportPolicy transport = transport(booted(), "default/menu-v1");
        assertThat(transport.proxyProtocol()).isEqualTo(TransportPolicy.ProxyVersion.V2);
        assertThat(transport.http()).isEqualTo(TransportPolicy.Http.VERSION_1);
        assertThat(transport.tls()).isNotNull();
    }

    @Test
    void proxyProtocolIsRefusedWhereConnectionsAreShared() throws Exception {
        write("""
                {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: grpc},
                 spec: {appProtocols: [kubernetes.io/h2c], endpoints: [{ip: {address: 127.0.0.1, port: 1}}]}}
                ---
                {apiVersion: forebay.io/v1alpha1, kind: BackendTrafficPolicy, metadata: {name: told},
                 spec: {targetRefs: [{group: forebay.io, kind: Backend, name: grpc}], proxyProtocol: {version: V1}}}
                """);
        assertThat(errors(booted()))
                .anyMatch(error -> error.contains("spec.proxyProtocol: Backend default/grpc speaks HTTP/2, whose"
                        + " connections are shared between clients"));
    }

    @Test
    void endpointMayBeASocketOfThisMachine() throws Exception {
        write("""
                {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: near},
                 spec: {endpoints: [{unix: {path: /run/app.sock}}]}}
                """);
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(reloader.holder().current().backends())
                .filteredOn(backend -> backend.id().equals("default/near"))
                .flatExtracting(BackendPolicy::endpoints)
                .containsExactly(new BackendPolicy.Endpoint("/run/app.sock", 0, 1));
    }

    @Test
    void policyMakesItTls() throws Exception {
        write(POLICY);
        PolicyReloader reloader = booted();
        TransportPolicy.Tls tls = transport(reloader, "default/menu-v1").tls();
        assertThat(tls)
                .isEqualTo(new TransportPolicy.Tls(
                        "menu.internal",
                        Files.readString(directory.resolve("tls/clients-ca.pem"))
                                        .strip() + "\n",
                        List.of(
                                new TransportPolicy.AltName(TransportPolicy.AltName.Type.URI, "spiffe://example/menu"),
                                new TransportPolicy.AltName(TransportPolicy.AltName.Type.HOSTNAME, "menu.internal")),
                        null));
        assertThat(transport(reloader, "default/menu-v2").tls()).isNull();
    }

    @Test
    void authoritiesOfTheSystemAreNamedByNothing() throws Exception {
        write(POLICY.replace(
                "caCertificateRefs: [{group: forebay.io, kind: FileSecret, name: clients-ca}]",
                "wellKnownCACertificates: System"));
        TransportPolicy.Tls tls = transport(booted(), "default/menu-v1").tls();
        assertThat(tls).isNotNull().extracting(TransportPolicy.Tls::caPem).isNull();
    }

    @Test
    void policyThatCannotBeUsedClosesItsBackend() throws Exception {
        write(POLICY.replace("name: clients-ca", "name: nobody"));
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).anyMatch(error -> error.contains("there is no sound FileSecret default/nobody"));
        assertThat(share(reloader).backend()).isNull();
        assertThat(share(reloader).fault()).contains("BackendTLSPolicy default/menu-tls is faulty");
    }

    @Test
    void policyThatDoesNotParseClosesItsBackend() throws Exception {
        PolicyReloader reloader = booted();
        write(POLICY.replace("hostname: menu.internal\n", "hostname: '*'\n"));
        reloader.apply(reloader.directory().read());
        assertThat(share(reloader).fault()).contains("BackendTLSPolicy default/menu-tls is faulty");
    }

    @Test
    void authoritiesInForceOutliveTheirFile() throws Exception {
        write(POLICY);
        PolicyReloader reloader = booted();
        TransportPolicy before = transport(reloader, "default/menu-v1");
        write(POLICY.replace("name: clients-ca", "name: nobody"));
        reloader.apply(reloader.directory().read());
        assertThat(errors(reloader)).isNotEmpty();
        assertThat(transport(reloader, "default/menu-v1")).isEqualTo(before);
    }

    @Test
    void probesOfHttpAskABackendOfTlsToo() throws Exception {
        write(POLICY + CHECKS);
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(transport(reloader, "default/menu-v1").tls()).isNotNull();
        assertThat(health(reloader).active()).isNotNull();
    }

    @Test
    void nobodyAsksABackendInTheClearWhoseTlsIsNotKnown() throws Exception {
        write(POLICY.replace("name: clients-ca", "name: nobody") + CHECKS);
        PolicyReloader reloader = booted();
        assertThat(transport(reloader, "default/menu-v1").tls()).isNull();
        assertThat(health(reloader).active()).isNull();
        assertThat(health(reloader).passive()).isNotNull();
    }

    @Test
    void gatewaysCertificateIsShown() throws Exception {
        write(POLICY);
        Objects.requireNonNull(shop)
                .edit(
                        "  tls: {frontend:",
                        "  tls: {backend: {clientCertificateRef: {group: forebay.io, kind: FileSecret, name: edge-cert}}, frontend:");
        TransportPolicy.Tls tls =
                Objects.requireNonNull(transport(booted(), "default/menu-v1").tls());
        ServerCertificate shown = Objects.requireNonNull(tls.clientCertificate());
        assertThat(shown.chainPem()).isEqualTo(Files.readString(directory.resolve("tls/edge.pem")));
    }
}
