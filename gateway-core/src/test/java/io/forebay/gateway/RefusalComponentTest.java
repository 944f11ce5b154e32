package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.Listeners;
import io.forebay.mesh.BackendLimits;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.limit.LimitKey;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.RouteRule;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the stages refuse, as a client sees it, and that nothing of it reaches an upstream.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class RefusalComponentTest {
    private static Wire.Message get(TestGateway gateway, String lines) throws IOException {
        try (Wire client = gateway.client()) {
            return client.send("GET /menu?secret=1 HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n")
                    .read();
        }
    }

    private static void isProblem(Wire.Message answer, int status, String reason) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.value("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains("\"reason\":\"" + reason + "\"").contains("\"status\":" + status);
    }

    private static LimitRules limit(PolicyMode mode, long burst) {
        return LimitRules.of(List.of(new LimitRule(
                "default/limits/all", "all", new LimitKey.Everyone(), 1, TimeUnit.MINUTES.toNanos(1), burst, mode)));
    }

    @Test
    void cleartextConnectionFindsNoRouteOfAListenerThatSpeaksTls() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            assertThat(gateway.get("/").status()).isEqualTo(200);
            ServerCertificate certificate = new ServerCertificate("test", "", "");
            gateway.listen(
                    List.of(gateway.listener("https", gateway.port, List.of(certificate))),
                    new Listeners.Wanted("127.0.0.1", gateway.port, null));
            isProblem(gateway.get("/"), 404, "no-route");
        }
    }

    @Test
    void unknownRouteIs404() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .rule("/known", TestGateway.rule("known").build())
                        .listen()) {
            isProblem(gateway.get("/unknown"), 404, "no-route");
            assertThat(upstream.accepted).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/jobs:purge", "/v1/jobs%3Apurge", "/v1/jobs%3apurge", "/v1//jobs%3A%70urge"})
    void strictRuleHoldsHoweverItsPathIsSpelled(String path) throws Exception {
        TestTokens tokens = new TestTokens();
        RouteRule strict = TestGateway.rule("strict")
                .security(tokens.rule(PolicyMode.ENFORCE))
                .build();
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .rule("/v1/jobs:purge", strict)
                        .rule("/", TestGateway.rule("all").build())
                        .listen()) {
            isProblem(gateway.get(path), 401, "token-missing");
            assertThat(upstream.accepted).hasValue(0);
        }
    }

    @Test
    void faultyRuleIs500() throws Exception {
        try (TestGateway gateway =
                TestGateway.of(RouteRule.builder("default/shop/broken").fault("UnsupportedValue"))) {
            assertThat(gateway.get("/").status()).isEqualTo(500);
        }
    }

    @Test
    void tokensDecideWhoGetsIn() throws Exception {
        TestTokens tokens = new TestTokens();
        String bearer = "Authorization: Bearer ";
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(
                        TestGateway.rule("tokens").security(tokens.rule(PolicyMode.ENFORCE)), upstream.endpoint())) {
            Wire.Message missing = get(gateway, "");
            isProblem(missing, 401, "token-missing");
            assertThat(missing.value("www-authenticate")).isEqualTo("Bearer realm=\"forebay\"");

            Wire.Message invalid = get(gateway, bearer + new TestTokens().token("eve", "menu") + "\r\n");
            assertThat(invalid.status()).isEqualTo(401);
            assertThat(invalid.value("www-authenticate")).contains("error=\"invalid_token\"");

            isProblem(get(gateway, bearer + tokens.token("ann", "other") + "\r\n"), 403, "forbidden");

            String good = tokens.token("ann", "menu");
            Wire.Message twice = get(gateway, bearer + good + "\r\n" + bearer + good + "\r\n");
            assertThat(twice.status()).isEqualTo(400);
            assertThat(upstream.accepted).hasValue(0);

            assertThat(get(gateway, bearer + good + "\r\n").status()).isEqualTo(200);
        }
    }

    @Test
    void spentLimitIs429AndSaysWhenToComeBack() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(
                        TestGateway.rule("limited").limits(limit(PolicyMode.ENFORCE, 2)), upstream.endpoint())) {
            Wire.Message allowed = get(gateway, "");
            assertThat(allowed.status()).isEqualTo(200);
            assertThat(allowed.value("ratelimit")).startsWith("\"all\";r=1");
            assertThat(allowed.value("ratelimit-policy")).startsWith("\"all\"");
            assertThat(get(gateway, "").status()).isEqualTo(200);
            Wire.Message refused = get(gateway, "");
            isProblem(refused, 429, "limit-exceeded");
            assertThat(Integer.parseInt(refused.value("retry-after"))).isBetween(1, 60);
            assertThat(refused.value("ratelimit")).startsWith("\"all\";r=0");
            assertThat(upstream.requests).hasSize(2);
        }
    }

    /// Enforced, the bad token alone would have been the answer: that is what is noted, not what follows from it.
    @Test
    void shadowNotesTheFirstRefusalAndChangesNothing() throws Exception {
        TestTokens tokens = new TestTokens();
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(
                        TestGateway.rule("shadow").security(tokens.rule(PolicyMode.SHADOW)), upstream.endpoint())) {
            assertThat(get(gateway, "Authorization: Bearer " + new TestTokens().token("eve", "menu") + "\r\n")
                            .status())
                    .isEqualTo(200);
            await().untilAsserted(() -> assertThat(gateway.access.lines())
                    .singleElement()
                    .asString()
                    .contains("\"status\":200")
                    .contains("\"shadowReason\":\"token-")
                    .doesNotContain("\"shadowReason\":\"token-missing\"")
                    .doesNotContain("\"reason\":"));
        }
    }

    @Test
    void limitInShadowIsNotedAndLetsEverythingThrough() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(
                        TestGateway.rule("shadow").limits(limit(PolicyMode.SHADOW, 1)), upstream.endpoint())) {
            assertThat(get(gateway, "").status()).isEqualTo(200);
            Wire.Message beyond = get(gateway, "");
            assertThat(beyond.status()).isEqualTo(200);
            assertThat(beyond.value("ratelimit")).isEmpty();
            await().untilAsserted(() -> assertThat(gateway.access.lines())
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("\"shadowReason\":\"limit-exceeded\""));
            assertThat(gateway.meter("forebay_shadow_refusals_total{reason=\"limit-exceeded\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void floodOfBadTokensIsTurnedAwayBeforeTheyAreVerified() throws Exception {
        TestTokens tokens = new TestTokens();
        String bad = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + new TestTokens().token("eve", "menu")
                + "\r\n\r\n";
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(
                        TestGateway.rule("tokens").security(tokens.rule(PolicyMode.ENFORCE)), upstream.endpoint());
                Wire client = gateway.client()) {
            // Far fewer than one second's worth each time round, whatever the machine does meanwhile.
            await().atMost(30, TimeUnit.SECONDS)
                    .pollDelay(1, TimeUnit.MILLISECONDS)
                    .until(() -> {
                        client.send(bad.repeat(120));
                        Wire.Message last = client.read();
                        for (int i = 1; i < 120; i++) {
                            last = client.read();
                        }
                        return last.status() == 429 && last.body().contains("too-many-failed-credentials");
                    });
        }
    }
}
