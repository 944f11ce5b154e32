package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.policy.route.RetryRule;
import io.forebay.policy.route.RouteRule;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Calls of rules with `retry`: which failures are tried again, which never, and what the upstream then gets.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class RetryComponentTest {
    private static final String BUSY = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";
    private static final String PUT = "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";

    private static RouteRule.Builder rule(int attempts, Integer... codes) {
        return TestGateway.rule("all").retry(new RetryRule(attempts, List.of(codes), 0));
    }

    /// Answers the first `failures` requests with `answer`, the others with 200.
    private static TestUpstream failing(int failures, String answer) throws Exception {
        AtomicInteger seen = new AtomicInteger();
        TestUpstream[] self = new TestUpstream[1];
        self[0] = TestUpstream.of(wire -> {
            while (true) {
                self[0].requests.add(wire.read());
                if (seen.getAndIncrement() >= failures) {
                    wire.send(TestUpstream.OK);
                } else if (answer.isEmpty()) {
                    return;
                } else {
                    wire.send(answer);
                }
            }
        });
        return self[0];
    }

    @Test
    void withoutARuleNothingIsTriedAgain() throws Exception {
        try (TestUpstream upstream = failing(1, "");
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            assertThat(gateway.get("/").status()).isEqualTo(502);
        }
    }

    @Test
    void getThatBreaksIsTriedAgain() throws Exception {
        try (TestUpstream upstream = failing(2, "");
                TestGateway gateway = TestGateway.of(rule(2), upstream.endpoint())) {
            assertThat(gateway.get("/").body()).isEqualTo("ok");
            assertThat(upstream.requests).hasSize(3);
        }
    }

    @Test
    void attemptsComeToAnEnd() throws Exception {
        try (TestUpstream upstream = failing(9, BUSY);
                TestGateway gateway = TestGateway.of(rule(2, 503), upstream.endpoint())) {
            assertThat(gateway.get("/").body()).isEqualTo("busy");
            assertThat(upstream.requests).hasSize(3);
        }
    }

    @Test
    void statusThatIsNotNamedIsAnAnswer() throws Exception {
        try (TestUpstream upstream = failing(1, BUSY);
                TestGateway gateway = TestGateway.of(rule(2, 502, 504), upstream.endpoint())) {
            assertThat(gateway.get("/").status()).isEqualTo(503);
            assertThat(upstream.requests).hasSize(1);
        }
    }

    @Test
    void bodyIsSentAgain() throws Exception {
        try (TestUpstream upstream = failing(1, BUSY);
                TestGateway gateway = TestGateway.of(rule(1, 503), upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(PUT).read().body()).isEqualTo("ok");
            assertThat(upstream.request().body()).isEqualTo("hello");
            assertThat(upstream.request().body()).isEqualTo("hello");
            assertThat(client.get("/next").body()).isEqualTo("ok");
        }
    }

    @Test
    void chunkedBodyAndItsTrailersAreSentAgain() throws Exception {
        try (TestUpstream upstream = failing(1, BUSY);
                TestGateway gateway = TestGateway.of(rule(1, 503), upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("5\r\nhello\r\n6\r\n world\r\n0\r\nx-sum: 42\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("ok");
            for (int turn = 0; turn < 2; turn++) {
                Wire.Message request = upstream.request();
                assertThat(request.body()).isEqualTo("hello world");
                assertThat(request.trailers()).isEqualTo("x-sum: 42\r\n");
            }
        }
    }

    /// It may have been processed, and to do it twice may do harm.
    @Test
    void postIsTriedAgainOnlyWithAKey() throws Exception {
        try (TestUpstream upstream = failing(1, BUSY);
                TestGateway gateway = TestGateway.of(rule(1, 503), upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.post("/", "hello").status()).isEqualTo(503);
        }
        try (TestUpstream upstream = failing(1, BUSY);
                TestGateway gateway = TestGateway.of(rule(1, 503), upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nIdempotency-Key: 1\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.read().body()).isEqualTo("ok");
        }
    }

    @Test
    void longBodyIsNotKeptForAnotherTry() throws Exception {
        String large = "x".repeat(100_000);
        try (TestUpstream upstream = failing(1, BUSY);
                TestGateway gateway = TestGateway.of(rule(1, 503), upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + large.length() + "\r\n\r\n" + large);
            assertThat(client.read().status()).isEqualTo(503);
            assertThat(upstream.requests).hasSize(1);
        }
    }

    @Test
    void upstreamThatWantsToBeLeftAloneIs() throws Exception {
        String later = BUSY.replace("Content-Length", "Retry-After: 60\r\nContent-Length");
        try (TestUpstream upstream = failing(1, later);
                TestGateway gateway = TestGateway.of(rule(1, 503), upstream.endpoint())) {
            Wire.Message answer = gateway.get("/");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.value("retry-after")).isEqualTo("60");
        }
    }

    @Test
    void nextTryGoesToAnotherEndpoint() throws Exception {
        try (TestUpstream bad = failing(99, BUSY);
                TestUpstream good = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(rule(1, 503), bad.endpoint(), good.endpoint())) {
            for (int i = 0; i < 4; i++) {
                assertThat(gateway.get("/").body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void timeOfTheRuleCoversAllTries() throws Exception {
        RouteRule.Builder rule = TestGateway.rule("all")
                .retry(new RetryRule(10, List.of(503), TimeUnit.SECONDS.toNanos(3)))
                .requestTimeoutNs(TimeUnit.SECONDS.toNanos(2));
        try (TestUpstream upstream = failing(99, BUSY);
                TestGateway gateway = TestGateway.of(rule, upstream.endpoint())) {
            // The next try would be too late, so what the upstream has said is the answer.
            assertThat(gateway.get("/").body()).isEqualTo("busy");
        }
    }

    @Test
    void clientThatLeavesBetweenTriesIsForgotten() throws Exception {
        RouteRule.Builder rule =
                TestGateway.rule("all").retry(new RetryRule(3, List.of(503), TimeUnit.MINUTES.toNanos(10)));
        CountDownLatch refused = new CountDownLatch(1);
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    while (true) {
                        String startLine = wire.read().startLine();
                        asked.add(startLine);
                        wire.send(startLine.contains("/gone") ? BUSY : TestUpstream.OK);
                        refused.countDown();
                    }
                });
                TestGateway gateway = TestGateway.of(rule, upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET /gone HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(refused.await(30, TimeUnit.SECONDS)).isTrue();
            client.reset();
            await().until(() -> gateway.access.lines().size() == 1);
            assertThat(gateway.access.lines().getFirst()).contains("\"reason\":\"client-gone\"");
            assertThat(gateway.get("/next").body()).isEqualTo("ok");
            assertThat(asked).containsExactly("GET /gone HTTP/1.1", "GET /next HTTP/1.1");
        }
    }
}
