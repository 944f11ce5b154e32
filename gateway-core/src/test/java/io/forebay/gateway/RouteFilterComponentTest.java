package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Http2TestClient;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.CorsRule;
import io.forebay.policy.route.DirectResponse;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.PathEdit;
import io.forebay.policy.route.RequestRedirect;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.route.SplitKey;
import io.forebay.policy.route.UrlRewrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the filters of a rule make of requests and answers on their way.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class RouteFilterComponentTest {
    private static final String UPSTREAMS_OWN =
            "HTTP/1.1 200 OK\r\nVary: Accept\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Max-Age: 9\r\n";
    private static final String PAGE = "https://www.shop.example";

    private static HeaderEdits set(String name, String value) {
        return new HeaderEdits(List.of(new ForwardedHeader(HeaderName.of(name), value)), List.of(), List.of());
    }

    private static Wire.Message send(TestGateway gateway, String head) throws IOException {
        try (Wire client = gateway.client()) {
            return client.send(head + "\r\n\r\n").read();
        }
    }

    private static RouteRule.Builder redirecting(int status) {
        return RouteRule.builder("default/shop/moved")
                .ownAnswer(new RequestRedirect("https", "new.example", null, PathEdit.prefix("/", "/shop"), status));
    }

    // ---- redirects and direct responses

    @ParameterizedTest
    @CsvSource({"301", "302", "303", "307", "308"})
    void redirectIsAnsweredByTheGateway(int status) throws Exception {
        try (TestGateway gateway = TestGateway.of(redirecting(status));
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 2; turn++) {
                Wire.Message answer = client.post("/menu?day=1", "body");
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.value("location")).isEqualTo("https://new.example/shop/menu?day=1");
                assertThat(answer.value("content-length")).isEqualTo("0");
            }
            assertThat(gateway.meter("forebay_refusals_total{reason=\"redirected\"}"))
                    .isEqualTo(2);
        }
    }

    @Test
    void redirectNamesTheListenersPort() throws Exception {
        RouteRule.Builder rule = RouteRule.builder("default/shop/moved")
                .ownAnswer(new RequestRedirect(null, null, null, PathEdit.full("/"), 302));
        try (TestGateway gateway = TestGateway.of(rule)) {
            assertThat(gateway.get("/menu").value("location")).isEqualTo("http://shop.example:" + gateway.port + "/");
        }
    }

    @Test
    void http2ClientIsRedirectedToo() throws Exception {
        try (TestGateway gateway = TestGateway.of(redirecting(301));
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            client.get(1, "/menu");
            Http2TestClient.Answer answer = client.answer(1);
            assertThat(answer.status()).isEqualTo(301);
            assertThat(answer.head()).contains("location: https://new.example/shop/menu");
        }
    }

    @Test
    void whoMayNotCallIsNotToldWhere() throws Exception {
        RouteRule.Builder rule = redirecting(302).security(new TestTokens().rule(PolicyMode.ENFORCE));
        try (TestGateway gateway = TestGateway.of(rule)) {
            Wire.Message answer = gateway.get("/menu");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.value("location")).isEmpty();
        }
    }

    @Test
    void directResponseIsServedWithItsTypeAndTheRulesFields() throws Exception {
        byte[] page = "<h1>Soon</h1>".getBytes(StandardCharsets.UTF_8);
        RouteRule.Builder rule = RouteRule.builder("default/shop/page")
                .ownAnswer(new DirectResponse(503, "text/html", page))
                .responseHeaders(set("retry-after", "600"));
        try (TestGateway gateway = TestGateway.of(rule);
                Wire client = gateway.client()) {
            Wire.Message answer = client.get("/menu");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.value("content-type")).isEqualTo("text/html");
            assertThat(answer.value("retry-after")).isEqualTo("600");
            assertThat(answer.body()).isEqualTo("<h1>Soon</h1>");
            Wire.Message head =
                    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
            assertThat(head.value("content-length")).isEqualTo("13");
            assertThat(client.get("/again").body()).isEqualTo("<h1>Soon</h1>");
        }
    }

    @Test
    void directResponseMayBeEmpty() throws Exception {
        RouteRule.Builder rule =
                RouteRule.builder("default/shop/page").ownAnswer(new DirectResponse(204, null, new byte[0]));
        try (TestGateway gateway = TestGateway.of(rule);
                Wire client = gateway.client()) {
            assertThat(client.get("/").status()).isEqualTo(204);
            assertThat(client.get("/").value("content-length")).isEmpty();
        }
    }

    // ---- rewrites

    private static RouteRule.Builder rewriting(@Nullable String hostname, @Nullable PathEdit path) {
        return TestGateway.rule("rewritten").rewrite(new UrlRewrite(hostname, path));
    }

    @Test
    void upstreamIsToldTheRewrittenHostAndPath() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(
                        rewriting("inner.example", PathEdit.prefix("/", "/shop/v2")), upstream.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 2; turn++) {
                assertThat(client.post("/menu?day=1", "order").status()).isEqualTo(200);
                Wire.Message request = upstream.request();
                assertThat(request.startLine()).isEqualTo("POST /shop/v2/menu?day=1 HTTP/1.1");
                assertThat(request.value("host")).isEqualTo("inner.example");
                assertThat(request.value("x-forwarded-host")).isEqualTo("shop.example");
                assertThat(request.body()).isEqualTo("order");
            }
            assertThat(upstream.accepted).hasValue(1);
        }
    }

    @Test
    void clientsHostStaysWhereOnlyThePathIsRewritten() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(rewriting(null, PathEdit.full("/one")), upstream.endpoint())) {
            assertThat(gateway.get("/menu").status()).isEqualTo(200);
            Wire.Message request = upstream.request();
            assertThat(request.startLine()).isEqualTo("GET /one HTTP/1.1");
            assertThat(request.value("host")).isEqualTo("shop.example");
        }
    }

    @Test
    void http2RequestIsRewrittenToo() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway =
                        TestGateway.of(rewriting("inner.example", PathEdit.prefix("/old", "")), upstream.endpoint());
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            client.get(1, "/old/menu?a=b");
            assertThat(client.answer(1).status()).isEqualTo(200);
            Wire.Message request = upstream.request();
            assertThat(request.startLine()).isEqualTo("GET /menu?a=b HTTP/1.1");
            assertThat(request.value("host")).isEqualTo("inner.example");
        }
    }

    /// The next request of the connection is another rule's.
    @Test
    void rewriteIsForgottenWithItsRequest() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .rule(
                                "/old",
                                rewriting("inner.example", PathEdit.full("/one"))
                                        .build())
                        .rule("/", TestGateway.rule("all").build())
                        .listen();
                Wire client = gateway.client()) {
            client.get("/old");
            client.get("/new");
            assertThat(upstream.request().startLine()).isEqualTo("GET /one HTTP/1.1");
            Wire.Message second = upstream.request();
            assertThat(second.startLine()).isEqualTo("GET /new HTTP/1.1");
            assertThat(second.value("host")).isEqualTo("shop.example");
        }
    }

    // ---- filters of backends, splits

    @Test
    void filtersOfABackendComeAfterTheRules() throws Exception {
        BackendSplit.Share share = BackendSplit.Share.of(TestGateway.BACKEND, 1)
                .with(set("x-side", "backend"), set("x-answer", "backend"));
        RouteRule.Builder rule = RouteRule.builder("default/shop/filtered")
                .requestHeaders(new HeaderEdits(
                        List.of(
                                new ForwardedHeader(HeaderName.of("x-side"), "rule"),
                                new ForwardedHeader(HeaderName.of("x-rule"), "rule")),
                        List.of(),
                        List.of()))
                .responseHeaders(set("x-answer", "rule"))
                .backends(BackendSplit.of(List.of(share)));
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(rule, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.get("/").value("x-answer")).isEqualTo("backend");
            Wire.Message request = upstream.request();
            assertThat(request.value("x-side")).isEqualTo("backend");
            assertThat(request.value("x-rule")).isEqualTo("rule");
            assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Side: client\r\n\r\n")
                            .read()
                            .value("x-answer"))
                    .isEqualTo("backend");
            assertThat(upstream.request().value("x-side")).isEqualTo("backend");
        }
    }

    @Test
    void userStaysOnOneSideAndOthersAreOnTheOther() throws Exception {
        RouteRule rule = RouteRule.builder("default/shop/canary")
                .backends(BackendSplit.of(
                        List.of(BackendSplit.Share.of("default/a", 1), BackendSplit.Share.of("default/b", 1))))
                .split(new SplitKey.ByCookie(new SplitKey.CookieName("user")))
                .build();
        try (TestUpstream a = TestUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
                TestUpstream b = TestUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb");
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend("default/a", BackendLimits.DEFAULT, a.endpoint())
                        .backend("default/b", BackendLimits.DEFAULT, b.endpoint())
                        .rule("/", rule)
                        .listen()) {
            Set<String> sides = new HashSet<>();
            for (int user = 0; user < 16; user++) {
                Set<String> sidesOfUser = new HashSet<>();
                for (int turn = 0; turn < 6; turn++) {
                    sidesOfUser.add(send(gateway, "GET / HTTP/1.1\r\nHost: a\r\nCookie: x=y; user=u" + user)
                            .body());
                }
                assertThat(sidesOfUser).hasSize(1);
                sides.addAll(sidesOfUser);
            }
            assertThat(sides).containsExactlyInAnyOrder("a", "b");
        }
    }

    // ---- CORS

    private static RouteRule.Builder cors(RouteRule.Builder rule) {
        return rule.cors(new CorsRule(List.of(PAGE), true, List.of("PUT"), List.of("x-a"), List.of("x-b"), 600));
    }

    @Test
    void preflightIsAnsweredBeforeAnybodyIsIdentified() throws Exception {
        RouteRule.Builder rule = cors(TestGateway.rule("cors")).security(new TestTokens().rule(PolicyMode.ENFORCE));
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(rule, upstream.endpoint())) {
            Wire.Message answer = send(
                    gateway,
                    "OPTIONS /menu HTTP/1.1\r\nHost: a\r\nOrigin: " + PAGE
                            + "\r\nAccess-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: x-a");
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.value("access-control-allow-origin")).isEqualTo(PAGE);
            assertThat(answer.value("access-control-allow-credentials")).isEqualTo("true");
            assertThat(answer.value("access-control-allow-methods")).isEqualTo("PUT");
            assertThat(answer.value("access-control-allow-headers")).isEqualTo("x-a");
            assertThat(answer.value("access-control-max-age")).isEqualTo("600");
            assertThat(answer.value("vary")).isEqualTo("Origin");
            assertThat(upstream.accepted).hasValue(0);
        }
    }

    @Test
    void pageCanReadWhyItWasRefused() throws Exception {
        RouteRule.Builder rule = cors(TestGateway.rule("cors")).security(new TestTokens().rule(PolicyMode.ENFORCE));
        try (TestGateway gateway = TestGateway.of(rule)) {
            Wire.Message answer = send(gateway, "GET / HTTP/1.1\r\nHost: a\r\nOrigin: " + PAGE);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.value("access-control-allow-origin")).isEqualTo(PAGE);
        }
    }

    @Test
    void gatewayAloneSaysWhoMayReadAnAnswer() throws Exception {
        try (TestUpstream upstream = TestUpstream.answering(UPSTREAMS_OWN + "Content-Length: 2\r\n\r\nok");
                TestGateway gateway = TestGateway.of(cors(TestGateway.rule("cors")), upstream.endpoint())) {
            Wire.Message allowed = send(gateway, "GET / HTTP/1.1\r\nHost: a\r\nOrigin: " + PAGE);
            assertThat(allowed.body()).isEqualTo("ok");
            assertThat(allowed.value("access-control-allow-origin")).isEqualTo(PAGE);
            assertThat(allowed.value("access-control-expose-headers")).isEqualTo("x-b");
            assertThat(allowed.value("access-control-max-age")).isEmpty();
            assertThat(allowed.value("vary")).isEqualTo("Accept|Origin");

            Wire.Message other = send(gateway, "GET / HTTP/1.1\r\nHost: a\r\nOrigin: https://evil.example");
            assertThat(other.body()).isEqualTo("ok");
            assertThat(other.value("access-control-allow-origin")).isEmpty();
            assertThat(other.value("vary")).isEqualTo("Accept|Origin");

            Wire.Message none = send(gateway, "GET / HTTP/1.1\r\nHost: a");
            assertThat(none.value("access-control-allow-origin")).isEmpty();
            assertThat(none.value("vary")).isEqualTo("Accept|Origin");
        }
    }

    @Test
    void optionsThatIsNoPreflightIsForwarded() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(cors(TestGateway.rule("cors")), upstream.endpoint())) {
            assertThat(send(gateway, "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: " + PAGE)
                            .status())
                    .isEqualTo(200);
            assertThat(upstream.request().startLine()).isEqualTo("OPTIONS / HTTP/1.1");
        }
    }

    @Test
    void http2AnswerHasTheFieldsToo() throws Exception {
        RouteRule.Builder rule =
                TestGateway.rule("cors").cors(new CorsRule(List.of("*"), false, List.of(), List.of(), List.of(), 5));
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(rule, upstream.endpoint());
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            client.postAtOnce(1, "/", "x");
            assertThat(client.answer(1).head()).noneMatch(line -> line.startsWith("access-control"));
            assertThat(send(gateway, "GET / HTTP/1.1\r\nHost: a\r\nOrigin: " + PAGE)
                            .value("access-control-allow-origin"))
                    .isEqualTo("*");
        }
    }
}
