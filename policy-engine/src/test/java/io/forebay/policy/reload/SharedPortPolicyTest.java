package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.ObjectStatus;
import io.forebay.policy.document.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Listeners that share a port: which get along, which routes come to which, and what is said of a conflict.
class SharedPortPolicyTest {
    private static final String TLS =
            "tls: {certificateRefs: [{group: forebay.io, kind: FileSecret, name: edge-cert}]}";
    private static final String BACKEND = "backendRefs: [{group: forebay.io, kind: Backend, name: menu-v1}]";

    @TempDir
    Path directory;

    @BeforeEach
    void writeExample() throws Exception {
        ShopFolder.create(directory);
    }

    private void gateway(String name, String... listeners) throws IOException {
        StringBuilder text = new StringBuilder("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: %s}
                spec:
                  gatewayClassName: forebay
                  listeners:
                """.formatted(name));
        for (String listener : listeners) {
            text.append("  - {").append(listener).append("}\n");
        }
        Files.writeString(directory.resolve("gateway-" + name + ".yaml"), text);
    }

    private void route(String name, String parent, String more) throws IOException {
        Files.writeString(directory.resolve("route-" + name + ".yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s}
                spec: {parentRefs: [{%s}], %s rules: [{%s}]}
                """.formatted(name, parent, more, BACKEND));
    }

    private PolicyReloader booted() throws Exception {
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    private static List<String> listeners(PolicyReloader reloader, int port) {
        return reloader.holder().current().listeners().stream()
                .filter(listener -> listener.port() == port)
                .map(ListenerPolicy::id)
                .toList();
    }

    /// The routes of a listener, each with its hostname.
    private static List<String> routes(PolicyReloader reloader, String listener) {
        return reloader.holder().current().listeners().stream()
                .filter(found -> found.id().equals(listener))
                .flatMap(found -> found.routes().candidates().stream())
                .map(candidate -> candidate.hostname() + " " + candidate.rule().id())
                .toList();
    }

    private static List<ObjectStatus.Condition> conflicts(PolicyReloader reloader, String gateway) {
        return reloader.report().statuses().stream()
                .filter(status ->
                        status.kind().equals("Gateway") && status.name().equals(gateway))
                .flatMap(status -> status.conditions().stream())
                .filter(condition -> condition.type() == ObjectStatus.ConditionType.CONFLICTED)
                .toList();
    }

    @Test
    void listenersOfOnePortDifferByHostname() throws Exception {
        gateway(
                "many",
                "name: a, port: 9443, protocol: HTTPS, hostname: a.example, " + TLS,
                "name: wild, port: 9443, protocol: HTTPS, hostname: '*.example', " + TLS,
                "name: rest, port: 9443, protocol: HTTPS, " + TLS,
                "name: plain-a, port: 9080, protocol: HTTP, hostname: a.example",
                "name: plain, port: 9080, protocol: HTTP");
        route("a", "name: many, sectionName: a", "");
        route("wild", "name: many, sectionName: wild", "hostnames: [b.example, elsewhere.org],");
        route("by-port", "name: many, port: 9080", "");
        route("all", "name: many", "hostnames: [a.example],");
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(listeners(reloader, 9443))
                .containsExactly("default/many/a", "default/many/wild", "default/many/rest");
        assertThat(routes(reloader, "default/many/a"))
                .containsExactlyInAnyOrder("a.example default/a/0", "a.example default/all/0");
        assertThat(routes(reloader, "default/many/wild"))
                .containsExactlyInAnyOrder("b.example default/wild/0", "a.example default/all/0");
        assertThat(routes(reloader, "default/many/rest")).containsExactly("a.example default/all/0");
        assertThat(routes(reloader, "default/many/plain-a"))
                .containsExactlyInAnyOrder("a.example default/by-port/0", "a.example default/all/0");
        assertThat(routes(reloader, "default/many/plain"))
                .containsExactlyInAnyOrder("null default/by-port/0", "a.example default/all/0");
    }

    @Test
    void routeNamesAListenerByPortAndSectionTogether() throws Exception {
        gateway("many", "name: a, port: 9080, protocol: HTTP", "name: b, port: 9081, protocol: HTTP");
        route("none", "name: many, sectionName: a, port: 9081", "");
        assertThat(errors(booted()))
                .anyMatch(error -> error.startsWith("route-none.yaml:4:21: ")
                        && error.contains("Gateway default/many has no sound listener a on port 9081"));
    }

    @Test
    void sameHostnameOfOnePortIsAConflictThatNamesBoth() throws Exception {
        gateway(
                "many",
                "name: one, port: 9080, protocol: HTTP, hostname: a.example",
                "name: two, port: 9080, protocol: HTTP, hostname: a.example",
                "name: three, port: 9080, protocol: HTTP, hostname: b.example");
        PolicyReloader reloader = booted();
        String message = "listener two conflicts with listener one of Gateway default/many (gateway-many.yaml:7:5): "
                + "both are for a.example on port 9080";
        assertThat(errors(reloader))
                .containsExactly("gateway-many.yaml:8:5: error: Gateway default/many: spec.listeners[1]: " + message
                        + "; expected another port, or another hostname of the same protocol");
        assertThat(listeners(reloader, 9080)).containsExactly("default/many/one", "default/many/three");
        assertThat(conflicts(reloader, "many"))
                .containsExactly(new ObjectStatus.Condition(
                        ObjectStatus.ConditionType.CONFLICTED, true, "HostnameConflict", message));
    }

    @Test
    void protocolsThatCannotShareAPortConflict() throws Exception {
        gateway("many", "name: plain, port: 9080, protocol: HTTP", "name: tls, port: 9080, protocol: HTTPS, " + TLS);
        PolicyReloader reloader = booted();
        assertThat(errors(reloader))
                .anyMatch(error -> error.contains("listener tls conflicts with listener plain of Gateway default/many"
                        + " (gateway-many.yaml:7:5): HTTPS and HTTP cannot share port 9080"));
        assertThat(conflicts(reloader, "many"))
                .extracting(ObjectStatus.Condition::reason)
                .containsExactly("ProtocolConflict");
        assertThat(listeners(reloader, 9080)).containsExactly("default/many/plain");
    }

    @Test
    void gatewaysShareAPortAndConflictLikeOne() throws Exception {
        gateway("a", "name: x, port: 9080, protocol: HTTP, hostname: a.example");
        gateway("b", "name: y, port: 9080, protocol: HTTP, hostname: b.example");
        gateway("c", "name: z, port: 9080, protocol: HTTP, hostname: a.example");
        PolicyReloader reloader = booted();
        assertThat(listeners(reloader, 9080)).containsExactly("default/a/x", "default/b/y");
        assertThat(errors(reloader))
                .anyMatch(error -> error.contains("listener z conflicts with listener x of Gateway default/a"));
        assertThat(conflicts(reloader, "a")).isEmpty();
        assertThat(conflicts(reloader, "c")).hasSize(1);
    }

    @Test
    void whoHasThePortKeepsItAndAConflictGoesWithItsCause() throws Exception {
        gateway("z", "name: x, port: 9080, protocol: HTTP");
        PolicyReloader reloader = booted();
        gateway("a", "name: y, port: 9080, protocol: HTTP");
        reloader.apply(reloader.directory().read());
        assertThat(listeners(reloader, 9080)).containsExactly("default/z/x");
        assertThat(errors(reloader))
                .anyMatch(error -> error.contains("listener y conflicts with listener x of Gateway default/z"));
        gateway("z", "name: x, port: 9081, protocol: HTTP");
        reloader.apply(reloader.directory().read());
        assertThat(errors(reloader)).isEmpty();
        assertThat(listeners(reloader, 9080)).containsExactly("default/a/y");
        assertThat(conflicts(reloader, "a")).isEmpty();
    }
}
