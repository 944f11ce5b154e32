package io.forebay.policy.reload;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ObjectStatus;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.TestRequest;
import io.forebay.policy.TransportPolicy;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.route.FaultInjection;
import io.forebay.policy.route.RouteRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How GRPCRoutes become rules, which share listeners, policies and Backends with those of HTTPRoutes.
class GrpcRoutePolicyTest {
    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec: {gatewayClassName: forebay, listeners: [{name: http, port: 8080, protocol: HTTP}]}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: up}, spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9001}}]}}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: web}, spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9002}}]}}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: chat}, spec: {appProtocols: [kubernetes.io/ws], endpoints: [{ip: {address: 127.0.0.1, port: 9003}}]}}
            """;
    private static final String UP = "backendRefs: [{group: forebay.io, kind: Backend, name: up}]";

    @TempDir
    Path directory;

    private @Nullable PolicyReloader reloader;

    private void apply(String... objects) throws Exception {
        Files.writeString(directory.resolve("policy.yaml"), GATEWAY + "---\n" + String.join("---\n", objects));
        PolicyReloader running = reloader;
        if (running == null) {
            running = new PolicyReloader(
                    ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
            assertThat(running.boot()).isInstanceOf(BootResult.Ready.class);
            reloader = running;
        } else {
            running.apply(running.directory().read());
        }
    }

    private static String route(String kind, String name, String hostnames, String rule) {
        return route(kind, "{name: " + name + "}", hostnames, rule, "edge");
    }

    private static String route(String kind, String metadata, String hostnames, String rule, String gateway) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: %s
                metadata: %s
                spec:
                  parentRefs: [{name: %s}]
                  hostnames: [%s]
                  rules: [{name: r, %s}]
                """.formatted(kind, metadata, gateway, hostnames, rule);
    }

    private @Nullable String matched(String host, String path) {
        RouteRule rule = requireNonNull(reloader)
                .holder()
                .current()
                .listeners()
                .getFirst()
                .routes()
                .match(new TestRequest("POST", host, path));
        return rule == null ? null : rule.id();
    }

    private List<String> errors() {
        return requireNonNull(reloader).report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    private RouteRule rule(String id) {
        return requireNonNull(requireNonNull(reloader).holder().current().rule(id));
    }

    private TransportPolicy transport(String backend) {
        return requireNonNull(requireNonNull(reloader).holder().current().backend(backend))
                .transport();
    }

    private boolean isAccepted(String kind) {
        return requireNonNull(reloader).report().statuses().stream()
                .filter(status -> status.kind().equals(kind))
                .flatMap(status -> status.conditions().stream())
                .filter(condition -> condition.type() == ObjectStatus.ConditionType.ACCEPTED)
                .allMatch(ObjectStatus.Condition::holds);
    }

    @Test
    void callsAreMatchedByServiceAndMethod() throws Exception {
        apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: {name: shop}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                  - {name: both, matches: [{method: {service: shop.Menu, method: Get}}], %1$s}
                  - {name: service, matches: [{method: {service: shop.Menu}}], %1$s}
                  - {name: method, matches: [{method: {method: List}}], %1$s}
                  - {name: regex, matches: [{method: {type: RegularExpression, method: 'Watch.*'}}], %1$s}
                """.formatted(UP));
        assertThat(errors()).isEmpty();
        assertThat(matched("h", "/shop.Menu/Get")).isEqualTo("GRPCRoute/default/shop/both");
        assertThat(matched("h", "/shop.Menu/List")).isEqualTo("GRPCRoute/default/shop/service");
        assertThat(matched("h", "/shop.MenuX/List")).isEqualTo("GRPCRoute/default/shop/method");
        assertThat(matched("h", "/any/WatchAll")).isEqualTo("GRPCRoute/default/shop/regex");
        assertThat(matched("h", "/any/Other")).isNull();
        assertThat(isAccepted("GRPCRoute")).isTrue();
    }

    @Test
    void proxyProtocolIsRefusedWhereARouteOfGrpcNamesTheBackend() throws Exception {
        String told = """
                {apiVersion: forebay.io/v1alpha1, kind: BackendTrafficPolicy, metadata: {name: told},
                 spec: {targetRefs: [{group: forebay.io, kind: Backend, name: up}], proxyProtocol: {version: V1}}}
                """;
        apply(route("HTTPRoute", "shop", "a.example", UP), told);
        assertThat(errors()).isEmpty();
        assertThat(transport("default/up").proxyProtocol()).isEqualTo(TransportPolicy.ProxyVersion.V1);
        apply(route("GRPCRoute", "shop", "a.example", UP), told);
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("policy.yaml:", "spec.proxyProtocol: Backend default/up speaks HTTP/2");
        assertThat(transport("default/up").proxyProtocol()).isNull();
        assertThat(transport("default/up").http()).isEqualTo(TransportPolicy.Http.VERSION_2);
    }

    @Test
    void sessionsEndByTheirAgeAndBySilence() throws Exception {
        String session = UP + ", sessionPersistence: {absoluteTimeout: 1h, idleTimeout: 10m}";
        apply(route("HTTPRoute", "web", "w.example", session), route("GRPCRoute", "shop", "a.example", session));
        assertThat(errors()).isEmpty();
        for (String id : List.of("default/web/r", "GRPCRoute/default/shop/r")) {
            assertThat(rule(id).session()).isNotNull().satisfies(rule -> {
                assertThat(rule.lifetimeSeconds()).isEqualTo(3600);
                assertThat(rule.idleSeconds()).isEqualTo(600);
            });
        }
    }

    /// Its limits, meters and breakers are known by the id of the rule.
    @Test
    void routesOfOneNameHaveRulesOfTheirOwn() throws Exception {
        apply(
                route("GRPCRoute", "shop", "grpc.example", UP),
                route(
                        "HTTPRoute",
                        "shop",
                        "www.example",
                        "backendRefs: [{group: forebay.io, kind: Backend, name: web}]"));
        assertThat(errors()).isEmpty();
        assertThat(rule("GRPCRoute/default/shop/r").backends().pick(0).backend())
                .isEqualTo("default/up");
        assertThat(rule("default/shop/r").backends().pick(0).backend()).isEqualTo("default/web");
    }

    @Test
    void backendsOfGrpcAreSpokenToByHttp2() throws Exception {
        apply(route("GRPCRoute", "shop", "", UP + """
                , filters: [{type: RequestMirror, requestMirror: {backendRef: {group: forebay.io, kind: Backend, name: web}}}]"""));
        assertThat(errors()).isEmpty();
        assertThat(transport("default/up").http()).isEqualTo(TransportPolicy.Http.VERSION_2);
        assertThat(transport("default/web").http()).isEqualTo(TransportPolicy.Http.VERSION_2);
        apply(route("HTTPRoute", "shop", "", UP));
        assertThat(transport("default/up")).isEqualTo(TransportPolicy.DEFAULT);
    }

    @Test
    void backendThatSpeaksHttp1OnlyCostsItsShare() throws Exception {
        apply(route(
                "GRPCRoute", "shop", "", "backendRefs: [{group: forebay.io, kind: Backend, name: chat, weight: 1}]"));
        assertThat(errors())
                .singleElement()
                .asString()
                .startsWith("policy.yaml:18:35: ")
                .contains(
                        "GRPCRoute default/shop: spec.rules[0].backendRefs[0]: Backend default/chat speaks HTTP/1.1 only");
        assertThat(rule("GRPCRoute/default/shop/r").backends().pick(0).fault()).contains("gRPC needs HTTP/2");
    }

    @Test
    void probesByHttpAskBackendsOfGrpcToo() throws Exception {
        apply(route("GRPCRoute", "shop", "", UP), """
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: up}
                spec:
                  targetRefs: [{group: forebay.io, kind: Backend, name: up}]
                  healthCheck: {active: {http: {path: /}}}
                """);
        assertThat(errors()).isEmpty();
    }

    @Test
    void probesOfGrpcAreRefusedWhereABackendSpeaksHttp1Only() throws Exception {
        String checks = """
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: checks}
                spec:
                  targetRefs: [{group: forebay.io, kind: Backend, name: %s}]
                  healthCheck: {active: {grpc: {service: shop.Menu}}}
                """;
        apply(checks.formatted("chat"));
        assertThat(errors())
                .singleElement()
                .asString()
                .startsWith("policy.yaml:17:32: ")
                .contains(
                        "spec.healthCheck.active.grpc: Backend default/chat speaks HTTP/1.1 only, by its appProtocols")
                .contains("expected http or tcp");
        apply(checks.formatted("web"));
        assertThat(errors()).isEmpty();
    }

    @Test
    void policiesAttachToRoutesAndRulesOfGrpc() throws Exception {
        apply(route("GRPCRoute", "shop", "", UP), """
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: limits}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: GRPCRoute, name: shop, sectionName: r}]
                  rateLimit: {local: {rules: [{name: all, limit: {requests: 1, unit: Second}}]}}
                  faultInjection: {delay: {fixedDelay: 2s, percentage: 12.5}, abort: {grpcStatus: 14}}
                """, """
                apiVersion: forebay.io/v1alpha1
                kind: SecurityPolicy
                metadata: {name: who}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: GRPCRoute, name: shop}]
                  authorization: {rules: [{action: Allow, principal: {clientCertificate: {spiffe: [{value: spiffe://a/b}]}}}]}
                """);
        assertThat(errors()).isEmpty();
        assertThat(rule("GRPCRoute/default/shop/r").limits().isEmpty()).isFalse();
        assertThat(rule("GRPCRoute/default/shop/r").faults())
                .isEqualTo(new FaultInjection(PolicyMode.ENFORCE, 2_000_000_000, 0.125, 0, 14, 1));
        assertThat(requireNonNull(rule("GRPCRoute/default/shop/r").security()).id())
                .isEqualTo("default/who");
    }

    @Test
    void policyForAnHttpRouteIsNotForTheGrpcRouteOfItsName() throws Exception {
        apply(route("GRPCRoute", "shop", "", UP), """
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: limits}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop}]
                  rateLimit: {local: {rules: [{name: all, limit: {requests: 1, unit: Second}}]}}
                """);
        assertThat(errors()).singleElement().asString().contains("there is no sound HTTPRoute default/shop");
    }

    @Test
    void grantNamesTheKindOfRoute() throws Exception {
        String grant = """
                apiVersion: gateway.networking.k8s.io/v1
                kind: ReferenceGrant
                metadata: {name: g, namespace: other}
                spec:
                  from: [{group: gateway.networking.k8s.io, kind: %s, namespace: default}]
                  to: [{group: forebay.io, kind: Backend}]
                """;
        String far = """
                {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: far, namespace: other}, spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9004}}]}}
                """;
        String route = route(
                "GRPCRoute",
                "shop",
                "",
                "backendRefs: [{group: forebay.io, kind: Backend, name: far, namespace: other}]");
        apply(grant.formatted("HTTPRoute"), far, route);
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("lets a GRPCRoute of default refer to Backend other/far");
        apply(grant.formatted("GRPCRoute"), far, route);
        assertThat(errors()).isEmpty();
        assertThat(transport("other/far").http()).isEqualTo(TransportPolicy.Http.VERSION_2);
    }

    @Test
    void firstByNameHasTheHostnameOfTwoKinds() throws Exception {
        apply(route("HTTPRoute", "b", "a.example", UP), route("GRPCRoute", "a", "a.example, c.example", UP));
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("HTTPRoute default/b: spec.parentRefs[0]: GRPCRoute default/a is served for a.example by the"
                        + " listener http already, and a hostname has one kind of route");
        assertThat(matched("a.example", "/s/m")).isEqualTo("GRPCRoute/default/a/r");
        assertThat(isAccepted("HTTPRoute")).isFalse();
        assertThat(isAccepted("GRPCRoute")).isTrue();
    }

    @Test
    void olderRouteHasTheHostname() throws Exception {
        String http =
                route("HTTPRoute", "{name: b, creationTimestamp: '2026-01-01T00:00:00Z'}", "a.example", UP, "edge");
        apply(
                http,
                route("GRPCRoute", "{name: a, creationTimestamp: '2026-01-02T00:00:00Z'}", "a.example", UP, "edge"));
        assertThat(matched("a.example", "/s/m")).isEqualTo("default/b/r");
        apply(
                http,
                route("GRPCRoute", "{name: a, creationTimestamp: '2025-01-02T00:00:00Z'}", "a.example", UP, "edge"));
        assertThat(matched("a.example", "/s/m")).isEqualTo("GRPCRoute/default/a/r");
    }

    /// Files give no time: then nobody loses a hostname to a latecomer.
    @Test
    void routeInForceKeepsItsHostname() throws Exception {
        apply(route("HTTPRoute", "b", "a.example", UP));
        apply(route("HTTPRoute", "b", "a.example", UP), route("GRPCRoute", "a", "a.example", UP));
        assertThat(matched("a.example", "/s/m")).isEqualTo("default/b/r");
        assertThat(errors()).singleElement().asString().contains("GRPCRoute default/a: spec.parentRefs[0]");
        apply(route("GRPCRoute", "a", "a.example", UP));
        assertThat(matched("a.example", "/s/m")).isEqualTo("GRPCRoute/default/a/r");
        assertThat(errors()).isEmpty();
    }

    @Test
    void wildcardsAndAllHostsOverlap() throws Exception {
        for (String[] pair : new String[][] {
            {"'*.example'", "a.example"},
            {"a.example", "'*.example'"},
            {"", "a.example"},
            {"a.example", ""},
            {"'*.b.example'", "'*.example'"},
            {"'*.example'", "'*.b.example'"}
        }) {
            reloader = null;
            apply(route("GRPCRoute", "a", pair[0], UP), route("HTTPRoute", "b", pair[1], UP));
            assertThat(errors()).as(String.join(" ", pair)).hasSize(1);
        }
        for (String[] pair : new String[][] {
            {"'*.example'", "example"}, {"a.example", "b.example"}, {"'*.a.example'", "'*.b.example'"}
        }) {
            reloader = null;
            apply(route("GRPCRoute", "a", pair[0], UP), route("HTTPRoute", "b", pair[1], UP));
            assertThat(errors()).as(String.join(" ", pair)).isEmpty();
        }
    }

    @Test
    void listenerSaysWhichKindsItTakes() throws Exception {
        String gateway = """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: other}
                spec:
                  gatewayClassName: forebay
                  listeners: [{name: http, port: 8081, protocol: HTTP, allowedRoutes: {kinds: [{kind: %s}]}}]
                """;
        apply(gateway.formatted("HTTPRoute"), route("GRPCRoute", "{name: a}", "", UP, "other"));
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("no listener of Gateway default/other allows a GRPCRoute of the namespace default");
        apply(gateway.formatted("GRPCRoute"), route("GRPCRoute", "{name: a}", "", UP, "other"));
        assertThat(errors()).isEmpty();
    }

    @Test
    void ruleThatCannotBeReadFailsClosed() throws Exception {
        apply(route("HTTPRoute", "w", "www.example", UP));
        apply(route("GRPCRoute", "a", "", "matches: [{method: {service: a.B}}, {method: {service: 'a/b'}}], " + UP));
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("policy.yaml:18:76: ")
                .contains("matches[1].method.service");
        assertThat(matched("h", "/a.B/C")).isEqualTo("GRPCRoute/default/a/r");
        assertThat(rule("GRPCRoute/default/a/r").fault()).isNotNull();
        assertThat(matched("h", "/other/C")).isNull();
    }
}
