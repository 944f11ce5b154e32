package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Endpoint;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.route.MirrorRule;
import io.forebay.policy.route.PathEdit;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.route.UrlRewrite;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Copies of requests: what the mirror gets, and that nobody else notices.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class MirrorComponentTest {
    private static final String MIRROR = "default/mirror";
    private static final String CHUNKED_POST = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final int BODY_BYTES_MAX = 64 << 10;

    private static TestGateway gateway(RouteRule.Builder rule, TestUpstream upstream, Endpoint... mirror)
            throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT)
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                .backend(MIRROR, BackendLimits.DEFAULT, mirror)
                .rule("/", rule.build())
                .listen();
    }

    private static RouteRule.Builder mirrored() {
        return TestGateway.rule("mirrored").mirrors(List.of(new MirrorRule(MIRROR, 100, 100)));
    }

    private static void awaitCount(TestGateway gateway, String outcome, int count) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(gateway.meter("forebay_mirrors_total{outcome=\"" + outcome + "\"}"))
                        .isEqualTo(count));
    }

    @Test
    void mirrorGetsTheRequestAndItsAnswerIsDropped() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestUpstream mirror = TestUpstream.answering("HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nlost");
                TestGateway gateway = gateway(mirrored(), upstream, mirror.endpoint());
                Wire client = gateway.client()) {
            Wire.Message answer = client.get("/menu?day=1");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("ok");
            Wire.Message copy = mirror.request();
            assertThat(copy.startLine()).isEqualTo("GET /menu?day=1 HTTP/1.1");
            assertThat(copy.value("host")).isEqualTo("shop.example");
            assertThat(copy.value("x-forwarded-for")).isEqualTo("127.0.0.1");
            assertThat(upstream.request().startLine()).isEqualTo("GET /menu?day=1 HTTP/1.1");
            awaitCount(gateway, "sent", 1);
            assertThat(gateway.access.lines()).allMatch(line -> line.contains("\"status\":200"));
        }
    }

    @Test
    void bodyIsCopiedWhateverItsFraming() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestUpstream mirror = TestUpstream.ok();
                TestGateway gateway = gateway(mirrored(), upstream, mirror.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.post("/", "hello").body()).isEqualTo("ok");
            assertThat(mirror.request().body()).isEqualTo("hello");
            client.send(CHUNKED_POST + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("ok");
            Wire.Message copy = mirror.request();
            assertThat(copy.body()).isEqualTo("hello world");
            assertThat(copy.value("content-length")).isEqualTo("11");
            upstream.request();
            assertThat(upstream.request().body()).isEqualTo("hello world");
        }
    }

    @Test
    void longestBodyIsCopiedAndALongerOneCounted() throws Exception {
        String longest = "x".repeat(BODY_BYTES_MAX);
        try (TestUpstream upstream = TestUpstream.ok();
                TestUpstream mirror = TestUpstream.ok();
                TestGateway gateway = gateway(mirrored(), upstream, mirror.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.post("/", longest).body()).isEqualTo("ok");
            assertThat(mirror.request().body()).isEqualTo(longest);
            assertThat(client.post("/", longest + "y").body()).isEqualTo("ok");
            client.send(CHUNKED_POST + "10000\r\n" + longest + "\r\n1\r\ny\r\n0\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("ok");
            awaitCount(gateway, "too-large", 2);
            assertThat(mirror.requests).isEmpty();
            upstream.request();
            assertThat(upstream.request().body()).hasSize(BODY_BYTES_MAX + 1);
            assertThat(upstream.request().body()).hasSize(BODY_BYTES_MAX + 1);
        }
    }

    @Test
    void rewriteAndIdentityHoldForTheCopyToo() throws Exception {
        TestTokens tokens = new TestTokens();
        RouteRule.Builder rule = mirrored()
                .security(tokens.rule(PolicyMode.ENFORCE))
                .rewrite(new UrlRewrite("inner.example", PathEdit.prefix("/", "/v2")));
        try (TestUpstream upstream = TestUpstream.ok();
                TestUpstream mirror = TestUpstream.ok();
                TestGateway gateway = gateway(rule, upstream, mirror.endpoint());
                Wire client = gateway.client()) {
            String token = "Authorization: Bearer " + tokens.token("ann", "menu") + "\r\n";
            client.send("GET /menu HTTP/1.1\r\nHost: a\r\nX-User: eve\r\n" + token + "\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            Wire.Message copy = mirror.request();
            assertThat(copy.startLine()).isEqualTo("GET /v2/menu HTTP/1.1");
            assertThat(copy.value("host")).isEqualTo("inner.example");
            assertThat(copy.value("x-user")).isEqualTo("ann");
            assertThat(client.get("/menu").status()).isEqualTo(401);
            assertThat(mirror.requests).isEmpty();
        }
    }

    @Test
    void mirrorThatIsDownHarmsNobody() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(mirrored(), upstream, TestUpstream.refusing());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 3; turn++) {
                assertThat(client.post("/", "hello").body()).isEqualTo("ok");
            }
            awaitCount(gateway, "failed", 3);
        }
    }

    @Test
    void mirrorThatHangsTakesOnlyItsOwnPlaces() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestUpstream mirror = TestUpstream.of(wire -> wire.readRest());
                TestGateway gateway = gateway(mirrored(), upstream, mirror.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 130; turn++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
            }
            awaitCount(gateway, "busy", 2);
            assertThat(gateway.meter("forebay_mirrors_total{outcome=\"sent\"}")).isZero();
        }
    }

    @Test
    void requestThatIsCutOffIsNotCopied() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> wire.readRest());
                TestUpstream mirror = TestUpstream.ok();
                TestGateway gateway = gateway(mirrored(), upstream, mirror.endpoint())) {
            try (Wire client = gateway.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
                await().until(() -> upstream.accepted.get() == 1);
            }
            awaitCount(gateway, "cut-off", 1);
            assertThat(mirror.accepted).hasValue(0);
        }
    }

    @Test
    void shareOfNothingCopiesNothing() throws Exception {
        RouteRule.Builder rule = TestGateway.rule("mirrored")
                .mirrors(List.of(new MirrorRule(MIRROR, 0, 100), new MirrorRule(null, 100, 100)));
        try (TestUpstream upstream = TestUpstream.ok();
                TestUpstream mirror = TestUpstream.ok();
                TestGateway gateway = gateway(rule, upstream, mirror.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 20; turn++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
            }
            assertThat(mirror.accepted).hasValue(0);
        }
    }

    @Test
    void everyMirrorGetsItsCopy() throws Exception {
        RouteRule.Builder rule = TestGateway.rule("mirrored")
                .mirrors(List.of(new MirrorRule(MIRROR, 100, 100), new MirrorRule("default/other", 100, 100)));
        try (TestUpstream upstream = TestUpstream.ok();
                TestUpstream mirror = TestUpstream.ok();
                TestUpstream other = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .backend(MIRROR, BackendLimits.DEFAULT, mirror.endpoint())
                        .backend("default/other", BackendLimits.DEFAULT, other.endpoint())
                        .rule("/", rule.build())
                        .listen();
                Wire client = gateway.client()) {
            assertThat(client.post("/", "hello").body()).isEqualTo("ok");
            assertThat(mirror.request().body()).isEqualTo("hello");
            assertThat(other.request().body()).isEqualTo("hello");
        }
    }
}
