package io.forebay.policy.reload;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ObjectStatus;
import io.forebay.policy.TestPki;
import io.forebay.policy.TestRequest;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.DirectResponse;
import io.forebay.policy.route.MirrorRule;
import io.forebay.policy.route.RequestRedirect;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.route.SplitKey;
import io.forebay.policy.route.UrlRewrite;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How filters, references to other namespaces and splits become what the stages read.
class RouteFilterPolicyTest {
    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec: {gatewayClassName: forebay, listeners: [{name: http, port: 8080, protocol: HTTP}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - name: r
                matches: [{path: {value: /old}@MATCH@}]
                filters: [@FILTER@]
                backendRefs: [@BACKEND@]
            ---
            {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: v1}, spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9001}}]}}
            ---
            {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: v2, namespace: other}, spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9002}}]}}
            """;
    private static final String V1 = "{group: forebay.io, kind: Backend, name: v1}";
    private static final String V2 = "{group: forebay.io, kind: Backend, name: v2, namespace: other}";
    private static final String GRANT = """
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: ReferenceGrant
            metadata: {name: routes, namespace: other}
            spec:
              from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}]
              to: [{group: forebay.io, kind: Backend}]
            """;
    private static final String PAGE = """
            ---
            apiVersion: forebay.io/v1alpha1
            kind: HTTPRouteFilter
            metadata: {name: maintenance}
            spec: {directResponse: {statusCode: 503, contentType: text/html, body: {type: Inline, inline: "<h1>Soon</h1>"}}}
            """;

    @TempDir
    Path directory;

    private @Nullable PolicyReloader reloader;

    private static String policy(String match, String filter, String backend) {
        return GATEWAY.replace("@MATCH@", match).replace("@FILTER@", filter).replace("@BACKEND@", backend);
    }

    private RouteRule rule(String policy) throws Exception {
        Files.writeString(directory.resolve("policy.yaml"), policy);
        PolicyReloader running = reloader;
        if (running == null) {
            running = new PolicyReloader(
                    ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
            assertThat(running.boot()).isInstanceOf(BootResult.Ready.class);
            reloader = running;
        } else {
            running.apply(running.directory().read());
        }
        return requireNonNull(running.holder().current().rule("default/shop/r"));
    }

    private List<String> errors() {
        return requireNonNull(reloader).report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    /// The reasons for which references of objects of a kind are not resolved.
    private String unresolved(String kind) {
        return requireNonNull(reloader).report().statuses().stream()
                .filter(status -> status.kind().equals(kind))
                .flatMap(status -> status.conditions().stream())
                .filter(condition -> condition.type() == ObjectStatus.ConditionType.RESOLVED_REFS && !condition.holds())
                .map(ObjectStatus.Condition::reason)
                .collect(Collectors.joining(" "));
    }

    private @Nullable String matched(TestRequest request) {
        RouteRule rule = requireNonNull(reloader)
                .holder()
                .current()
                .listeners()
                .getFirst()
                .routes()
                .match(request);
        return rule == null ? null : rule.id();
    }

    @Test
    void redirectNeedsNoBackendAndHasItsDefaults() throws Exception {
        RouteRule rule = rule(policy("", "{type: RequestRedirect, requestRedirect: {scheme: https}}", ""));
        assertThat(rule.ownAnswer()).isEqualTo(new RequestRedirect("https", null, null, null, 302));
        assertThat(requireNonNull(reloader).report().diagnostics()).isEmpty();
    }

    @Test
    void replacedPrefixIsTheMatchedOne() throws Exception {
        RouteRule rule = rule(policy(
                "",
                "{type: URLRewrite, urlRewrite: {hostname: inner.example, path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}}",
                V1));
        UrlRewrite rewrite = requireNonNull(rule.rewrite());
        TestRequest request = TestRequest.get("a", "/old/menu");
        assertThat(requireNonNull(rewrite.path()).text(request.bytes(), request.path()))
                .isEqualTo("/new/menu");
        assertThat(new String(requireNonNull(rewrite.hostname()), StandardCharsets.US_ASCII))
                .isEqualTo("inner.example");
    }

    @Test
    void filtersOfABackendAreItsOwn() throws Exception {
        RouteRule rule = rule(
                policy(
                        "",
                        "",
                        "{group: forebay.io, kind: Backend, name: v1, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-side, value: one}]}}, {type: ResponseHeaderModifier, responseHeaderModifier: {remove: [server]}}]}"));
        BackendSplit.Share share = rule.backends().shares().getFirst();
        assertThat(share.requestHeaders().set()).extracting(Object::toString).containsExactly("x-side: one");
        assertThat(share.responseHeaders().remove())
                .extracting(Object::toString)
                .containsExactly("server");
        assertThat(rule.requestHeaders().isEmpty()).isTrue();
    }

    @Test
    void mirrorsKeepTheirShares() throws Exception {
        RouteRule rule = rule(policy(
                        "",
                        "{type: RequestMirror, requestMirror: {backendRef: " + V1 + "}}, "
                                + "{type: RequestMirror, requestMirror: {backendRef: " + V2
                                + ", fraction: {numerator: 1, denominator: 1000}}}, "
                                + "{type: RequestMirror, requestMirror: {backendRef: {group: forebay.io, kind: Backend, name: v9}, percent: 5}}",
                        V1)
                + GRANT);
        assertThat(rule.mirrors())
                .containsExactly(
                        new MirrorRule("default/v1", 100, 100),
                        new MirrorRule("other/v2", 1, 1000),
                        new MirrorRule(null, 5, 100));
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("policy.yaml:14:", "there is no sound Backend default/v9");
    }

    @Test
    void preflightsFindTheRuleOfTheRequestThatFollows() throws Exception {
        rule(policy(", method: POST", "{type: CORS, cors: {allowOrigins: ['https://a.example']}}", V1));
        assertThat(matched(new TestRequest("POST", "a", "/old"))).isEqualTo("default/shop/r");
        assertThat(matched(new TestRequest("OPTIONS", "a", "/old")
                        .with("origin", "https://a.example")
                        .with("access-control-request-method", "POST")))
                .isEqualTo("default/shop/r");
        assertThat(matched(new TestRequest("OPTIONS", "a", "/old")
                        .with("origin", "https://a.example")
                        .with("access-control-request-method", "PUT")))
                .isNull();
        assertThat(matched(new TestRequest("OPTIONS", "a", "/old").with("access-control-request-method", "POST")))
                .isNull();
        assertThat(matched(new TestRequest("OPTIONS", "a", "/old"))).isNull();
    }

    @Test
    void directResponseStandsForTheBackends() throws Exception {
        String filter =
                "{type: ExtensionRef, extensionRef: {group: forebay.io, kind: HTTPRouteFilter, name: maintenance}}";
        RouteRule rule = rule(policy("", filter, V1) + PAGE);
        assertThat(rule.ownAnswer()).isInstanceOfSatisfying(DirectResponse.class, response -> {
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.contentType()).isEqualTo("text/html");
            assertThat(response.body()).asString(StandardCharsets.UTF_8).isEqualTo("<h1>Soon</h1>");
        });
    }

    /// The Gateway API forbids to skip a filter that cannot be found.
    @Test
    void ruleWhoseExtensionIsMissingIsNotServedWithoutIt() throws Exception {
        String filter =
                "{type: ExtensionRef, extensionRef: {group: forebay.io, kind: HTTPRouteFilter, name: maintenance}}";
        RouteRule rule = rule(policy("", filter, V1));
        assertThat(requireNonNull(rule.fault()).fault())
                .contains("there is no sound HTTPRouteFilter default/maintenance");
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("policy.yaml:14:", "there is no sound HTTPRouteFilter default/maintenance");
        assertThat(rule(policy("", filter, V1) + PAGE).fault()).isNull();
        assertThat(requireNonNull(rule(policy("", filter, V1)).fault()).fault()).contains("HTTPRouteFilter");
    }

    @Test
    void backendOfAnotherNamespaceNeedsAGrant() throws Exception {
        String refused =
                "no ReferenceGrant in the namespace other lets a HTTPRoute of default refer to Backend other/v2";
        assertThat(rule(policy("", "", V2)).backends().shares())
                .containsExactly(BackendSplit.Share.faulty("other/v2", refused, 1));
        assertThat(errors()).singleElement().asString().contains("policy.yaml:15:", refused);
        assertThat(unresolved("HTTPRoute")).isEqualTo("RefNotPermitted");

        BackendSplit.Share granted = BackendSplit.Share.of("other/v2", 1);
        assertThat(rule(policy("", "", V2) + GRANT).backends().shares()).containsExactly(granted);
        assertThat(errors()).isEmpty();
        assertThat(unresolved("HTTPRoute")).isEmpty();
        assertThat(rule(policy("", "", V2) + GRANT.replace("kind: Backend}", "kind: Backend, name: v2}"))
                        .backends()
                        .shares())
                .containsExactly(granted);
    }

    @Test
    void grantForSomethingElseGrantsNothing() throws Exception {
        for (String other : List.of(
                GRANT.replace("namespace: default}", "namespace: others}"),
                GRANT.replace("kind: HTTPRoute,", "kind: Gateway,"),
                GRANT.replace("kind: Backend}", "kind: FileSecret}"),
                GRANT.replace("kind: Backend}", "kind: Backend, name: v1}"),
                GRANT.replace("namespace: other}", "namespace: default}"))) {
            assertThat(rule(policy("", "", V2) + other).backends().shares())
                    .as(other)
                    .extracting(BackendSplit.Share::backend)
                    .containsExactly((String) null);
        }
    }

    @Test
    void revokedGrantCostsTheBackendAtOnce() throws Exception {
        assertThat(rule(policy("", "", V2) + GRANT).backends().pick(0).fault()).isNull();
        assertThat(rule(policy("", "", V2)).backends().pick(0).fault()).contains("no ReferenceGrant");
    }

    @Test
    void certificateOfAnotherNamespaceNeedsAGrantToo() throws Exception {
        TestPki.write(directory.resolve("tls"));
        String https = policy("", "", V1)
                        .replace(
                                "port: 8080, protocol: HTTP}",
                                "port: 8080, protocol: HTTP}, {name: https, port: 8443, protocol: HTTPS, tls: {certificateRefs: [{group: forebay.io, kind: FileSecret, name: cert, namespace: other}]}}")
                + """
            ---
            {apiVersion: forebay.io/v1alpha1, kind: FileSecret, metadata: {name: cert, namespace: other}, spec: {tls.crt: tls/edge.pem, tls.key: tls/edge.key}}
            """;
        rule(https);
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("lets a Gateway of default refer to FileSecret other/cert");
        assertThat(unresolved("Gateway")).isEqualTo("RefNotPermitted");
        rule(https
                + GRANT.replace("kind: HTTPRoute,", "kind: Gateway,").replace("kind: Backend}", "kind: FileSecret}"));
        assertThat(errors()).isEmpty();
        assertThat(requireNonNull(reloader).holder().current().listeners()).hasSize(2);
    }

    @Test
    void splitIsOfTheMostPreciseTrafficPolicyAndOnlyWhereEnforced() throws Exception {
        String split = """
            ---
            apiVersion: forebay.io/v1alpha1
            kind: BackendTrafficPolicy
            metadata: {name: canary}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop}]
              split: {by: @BY@}
            """;
        String policy = policy("", "", V1) + split;
        assertThat(rule(policy.replace("@BY@", "{ip: {}}")).split()).isEqualTo(new SplitKey.ByAddress());
        assertThat(rule(policy.replace("@BY@", "{claim: sub}")).split()).isEqualTo(new SplitKey.ByClaim("sub"));
        assertThat(String.valueOf(
                        rule(policy.replace("@BY@", "{header: X-User}")).split()))
                .contains("x-user");
        assertThat(String.valueOf(
                        rule(policy.replace("@BY@", "{cookie: Session}")).split()))
                .contains("Session");
        assertThat(rule(policy.replace("@BY@", "{ip: {}}") + "  mode: shadow\n").split())
                .isNull();
        assertThat(rule(policy("", "", V1)).split()).isNull();
    }

    @Test
    void regularExpressionsFindTheirRule() throws Exception {
        rule(policy(
                        ", headers: [{type: RegularExpression, name: x-v, value: 'v[12]'}], queryParams: [{type: RegularExpression, name: q, value: 'a+'}]",
                        "",
                        V1)
                .replace("path: {value: /old}", "path: {type: RegularExpression, value: '/(old|new)/.*'}"));
        assertThat(matched(TestRequest.get("a", "/new/x?q=aaa").with("x-v", "v2")))
                .isEqualTo("default/shop/r");
        assertThat(matched(TestRequest.get("a", "/newer?q=aaa").with("x-v", "v2")))
                .isNull();
        assertThat(matched(TestRequest.get("a", "/new/x?q=b").with("x-v", "v2")))
                .isNull();
    }
}
