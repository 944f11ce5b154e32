package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.ServerName;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.ConnectionRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLSRoutes and TCPRoutes: which listeners take them, and where their connections go.
class ConnectionRoutePolicyTest {
    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: ports}
            spec:
              gatewayClassName: forebay
              listeners:
              - {name: pass, port: 9443, protocol: TLS, hostname: '*.db.example', tls: {mode: Passthrough}}
              - {name: own, port: 9443, protocol: HTTPS, hostname: www.example, tls: {certificateRefs: [{group: forebay.io, kind: FileSecret, name: edge-cert}]}}
              - {name: plain, port: 9000, protocol: TCP}
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void writeExample() throws Exception {
        ShopFolder.create(directory);
        Files.writeString(directory.resolve("gateway.yaml"), GATEWAY);
    }

    private void tls(String name, String hostnames, String refs) throws IOException {
        Files.writeString(directory.resolve(name + ".yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: TLSRoute
                metadata: {name: %s}
                spec: {parentRefs: [{name: ports}], hostnames: [%s], rules: [{backendRefs: [%s]}]}
                """.formatted(name, hostnames, refs));
    }

    private void tcp(String name, String parent, String refs) throws IOException {
        Files.writeString(directory.resolve(name + ".yaml"), """
                apiVersion: gateway.networking.k8s.io/v1alpha2
                kind: TCPRoute
                metadata: {name: %s}
                spec: {parentRefs: [{%s}], rules: [{name: only, backendRefs: [%s]}]}
                """.formatted(name, parent, refs));
    }

    private static String ref(String backend) {
        return "{group: forebay.io, kind: Backend, name: " + backend + "}";
    }

    private PolicyReloader booted() throws Exception {
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private static @Nullable ConnectionRule rule(PolicyReloader reloader, int port, @Nullable String name) {
        ServerName asked = ServerName.of(name);
        ListenerPolicy listener =
                Objects.requireNonNull(reloader.holder().current().port(port)).selectByServerName(asked);
        return listener == null ? null : listener.connections().match(asked);
    }

    private static @Nullable String id(PolicyReloader reloader, int port, @Nullable String name) {
        ConnectionRule rule = rule(reloader, port, name);
        return rule == null ? null : rule.id();
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    @Test
    void serverNameFindsTheRuleBesideAnHttpsListener() throws Exception {
        tls("one", "one.db.example", ref("menu-v1"));
        tls("rest", "'*.example', elsewhere.org", ref("menu-v2"));
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(id(reloader, 9443, "one.db.example")).isEqualTo("TLSRoute/default/one/0");
        assertThat(id(reloader, 9443, "two.db.example")).isEqualTo("TLSRoute/default/rest/0");
        assertThat(id(reloader, 9443, "www.example")).isNull();
        assertThat(id(reloader, 9443, "elsewhere.org")).isNull();
        assertThat(id(reloader, 9443, null)).isNull();
    }

    @Test
    void weightsAndMissingBackendsAreShares() throws Exception {
        tls("one", "one.db.example", "{group: forebay.io, kind: Backend, name: menu-v1, weight: 3}, " + ref("nobody"));
        PolicyReloader reloader = booted();
        assertThat(Objects.requireNonNull(rule(reloader, 9443, "one.db.example"))
                        .backends()
                        .shares())
                .extracting(BackendSplit.Share::backend, BackendSplit.Share::weight)
                .containsExactly(tuple("default/menu-v1", 3), tuple(null, 1));
        assertThat(errors(reloader))
                .containsExactly("one.yaml:4:151: error: TLSRoute default/one: spec.rules[0].backendRefs[1]: "
                        + "there is no sound Backend default/nobody");
    }

    @Test
    void whatComesOutOfTlsGoesToRoutesOfBothKinds() throws Exception {
        String listener = "  - {name: %s, port: 9443, protocol: TLS, hostname: %s,"
                + " tls: {certificateRefs: [{group: forebay.io, kind: FileSecret, name: edge-cert}]}}\n";
        Files.writeString(
                directory.resolve("gateway.yaml"),
                GATEWAY + listener.formatted("mail", "mail.example") + listener.formatted("many", "'*.many.example'"));
        tcp("mail", "name: ports, sectionName: mail", ref("menu-v1"));
        tls("many", "a.many.example", ref("menu-v2"));
        tcp("other", "name: ports, sectionName: mail", ref("menu-v2"));
        PolicyReloader reloader = booted();
        assertThat(id(reloader, 9443, "mail.example")).isEqualTo("TCPRoute/default/mail/only");
        assertThat(id(reloader, 9443, "a.many.example")).isEqualTo("TLSRoute/default/many/0");
        assertThat(id(reloader, 9443, "b.many.example")).isNull();
        assertThat(reloader.holder().current().listeners())
                .filteredOn(ListenerPolicy::terminatesTls)
                .extracting(ListenerPolicy::name)
                .contains("own", "mail", "many")
                .doesNotContain("pass");
        assertThat(errors(reloader)).singleElement().asString().contains("TCPRoute default/other", "default/mail has");
    }

    @Test
    void listenerWithoutItsCertificateIsLeftOut() throws Exception {
        Files.writeString(
                directory.resolve("gateway.yaml"),
                GATEWAY + "  - {name: mail, port: 9443, protocol: TLS, hostname: mail.example,"
                        + " tls: {certificateRefs: [{group: forebay.io, kind: FileSecret, name: nobodys}]}}\n");
        PolicyReloader reloader = booted();
        assertThat(reloader.holder().current().listeners())
                .extracting(ListenerPolicy::name)
                .contains("pass", "own", "plain")
                .doesNotContain("mail");
        assertThat(errors(reloader)).anyMatch(error -> error.contains("spec.listeners[3].tls.certificateRefs[0]"));
    }

    @Test
    void portOfTcpHasOneRoute() throws Exception {
        tcp("a", "name: ports", ref("menu-v1"));
        tcp("b", "name: ports, sectionName: plain", ref("menu-v2"));
        PolicyReloader reloader = booted();
        assertThat(id(reloader, 9000, null)).isEqualTo("TCPRoute/default/a/only");
        assertThat(errors(reloader))
                .anyMatch(error -> error.contains("TCPRoute default/b: spec.parentRefs[0]: TCPRoute default/a has these"
                        + " connections of listener plain of Gateway default/ports already"));
    }

    @Test
    void routeNeedsAListenerOfItsProtocol() throws Exception {
        tcp("a", "name: ports, sectionName: pass", ref("menu-v1"));
        tls("one", "one.example", ref("menu-v1"));
        Files.writeString(directory.resolve("http.yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: http}
                spec: {parentRefs: [{name: ports, sectionName: plain}], rules: [{backendRefs: [%s]}]}
                """.formatted(ref("menu-v1")));
        assertThat(errors(booted()))
                .anyMatch(error -> error.contains(
                        "Gateway default/ports has no sound listener that is meant and takes a TCPRoute"))
                .anyMatch(error -> error.contains("no hostname of the route fits listener pass"))
                .anyMatch(error -> error.contains("HTTPRoute default/http: spec.parentRefs[0]: no listener of"));
    }

    @Test
    void backendThatIsToBeTlsTakesNothingThatPassesThrough() throws Exception {
        Files.writeString(directory.resolve("policy.yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: BackendTLSPolicy
                metadata: {name: menu-tls}
                spec:
                  targetRefs: [{group: forebay.io, kind: Backend, name: menu-v1}]
                  validation: {hostname: menu.internal, wellKnownCACertificates: System}
                """);
        tls("one", "one.db.example", ref("menu-v1"));
        PolicyReloader reloader = booted();
        assertThat(Objects.requireNonNull(rule(reloader, 9443, "one.db.example"))
                        .backends()
                        .pick(0)
                        .fault())
                .contains("cannot be made TLS");
    }

    @Test
    void sharingAPortHasItsLimits() throws Exception {
        Files.writeString(
                directory.resolve("gateway.yaml"),
                GATEWAY
                        + "  - {name: same, port: 9443, protocol: TLS, hostname: www.example, tls: {mode: Passthrough}}\n"
                        + "  - {name: http, port: 9000, protocol: HTTP}\n"
                        + "  - {name: second, port: 9000, protocol: TCP}\n");
        PolicyReloader reloader = booted();
        assertThat(errors(reloader))
                .anyMatch(error -> error.contains("listener same conflicts with listener own")
                        && error.contains("both are for www.example on port 9443"))
                .anyMatch(error -> error.contains("HTTP and TCP cannot share port 9000"))
                .anyMatch(error -> error.contains("listener second conflicts with listener plain")
                        && error.contains("port 9000 of TCP has one listener"));
        assertThat(reloader.holder().current().listeners())
                .extracting(ListenerPolicy::name)
                .contains("pass", "own", "plain")
                .doesNotContain("same", "http", "second");
    }
}
