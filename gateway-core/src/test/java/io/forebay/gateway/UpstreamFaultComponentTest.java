package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.policy.route.RouteRule;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Upstreams that close, stall, refuse or talk nonsense, and what the client hears of it.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class UpstreamFaultComponentTest {
    private static final String ACTIVE = "forebay_backend_requests_active{backend=\"default/up\"}";
    private static final String BREAKERS = "forebay_backend_breakers_open{backend=\"default/up\"}";
    private static final String ERROR = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    private static final BreakerSettings QUICK =
            new BreakerSettings(5, TimeUnit.MILLISECONDS.toNanos(200), 0, TimeUnit.SECONDS.toNanos(10));

    private static void isProblem(Wire.Message answer, int status, String reason) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.value("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.value("cache-control")).isEqualTo("no-store");
        assertThat(answer.body())
                .contains("\"status\":" + status)
                .contains("\"reason\":\"" + reason + "\"")
                .contains("\"traceId\":\"")
                .contains("\"type\":\"");
    }

    @Test
    void closeBeforeTheAnswerIs502() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(Wire::read);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            isProblem(client.get("/"), 502, "upstream-reset-before-answer");
            isProblem(client.get("/"), 502, "upstream-reset-before-answer");
            await().until(() -> gateway.meter(ACTIVE) == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
            })
    void closeInsideTheAnswerCutsTheClientOff(String half) throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.send(half);
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readRest()).doesNotEndWith("0\r\n\r\n");
            await().untilAsserted(() -> assertThat(gateway.access.lines())
                    .singleElement()
                    .asString()
                    .contains("\"reason\":\"upstream-reset-during-answer\""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "HTTP/1.1 999 Odd\r\n\r\n"
            })
    void nonsenseIsNeverForwarded(String nonsense) throws Exception {
        try (TestUpstream upstream = TestUpstream.answering(nonsense);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            isProblem(client.get("/"), 502, "upstream-malformed-answer");
            await().until(() -> upstream.openConnections() == 0);
        }
    }

    @Test
    void brokenChunksCutTheClientOff() throws Exception {
        try (TestUpstream upstream = TestUpstream.answering(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n");
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readRest()).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void bytesAfterTheAnswerEndTheConnection() throws Exception {
        try (TestUpstream upstream =
                        TestUpstream.answering(TestUpstream.OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 1; turn <= 3; turn++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
                assertThat(upstream.accepted).hasValue(turn);
            }
        }
    }

    /// The call that waits must not get a connection on which bytes are left over from the answer before.
    @Test
    void bytesAfterTheAnswerAreNotTheWaitingCallsAnswer() throws Exception {
        CountDownLatch bothAsked = new CountDownLatch(1);
        AtomicInteger connections = new AtomicInteger();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    boolean isFirst = connections.incrementAndGet() == 1;
                    wire.read();
                    if (isFirst) {
                        awaitLatch(bothAsked);
                        // In two writes the second half would meet the next call if the connection were passed on.
                        wire.send(TestUpstream.OK + "HTTP/1.1 200 OK\r\nContent-");
                        wire.send("Length: 4\r\n\r\nevil");
                        wire.readRest();
                    } else {
                        wire.send(TestUpstream.OK);
                        wire.readRest();
                    }
                });
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, new BackendLimits(1, 10, 10), upstream.endpoint())
                        .rule("/", TestGateway.rule("all").build())
                        .listen();
                Wire first = gateway.client();
                Wire second = gateway.client()) {
            first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> connections.get() == 1);
            second.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> gateway.meter(ACTIVE) == 2);
            bothAsked.countDown();
            assertThat(first.read().body()).isEqualTo("ok");
            assertThat(second.read().body()).isEqualTo("ok");
            assertThat(connections).hasValue(2);
        }
    }

    /// Serves one request a connection although it promised more, and closes when the next one has come.
    private static TestUpstream closingOnReuse(AtomicInteger requests) throws IOException {
        return TestUpstream.of(wire -> {
            wire.read();
            requests.incrementAndGet();
            wire.send(TestUpstream.OK);
            wire.readHead();
            requests.incrementAndGet();
        });
    }

    @Test
    void getIsRepeatedWhenThePooledConnectionWasStale() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (TestUpstream upstream = closingOnReuse(requests);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.get("/").status()).isEqualTo(200);
            assertThat(client.get("/").status()).isEqualTo(200);
            assertThat(requests).hasValue(3);
            assertThat(gateway.meter(BREAKERS)).isZero();
        }
    }

    @Test
    void postIsNotRepeatedWhenThePooledConnectionWasStale() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (TestUpstream upstream = closingOnReuse(requests);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.get("/").status()).isEqualTo(200);
            isProblem(client.post("/", "pay"), 502, "upstream-reset-before-answer");
            assertThat(requests).hasValue(2);
        }
    }

    /// Two connections rest, both closed by the upstream: the second is not tried once the first was stale.
    @Test
    void repeatGoesOutOnANewConnection() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (TestUpstream upstream = closingOnReuse(requests);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire first = gateway.client();
                Wire second = gateway.client()) {
            first.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n");
            await().until(() -> gateway.meter(ACTIVE) == 1);
            assertThat(second.get("/").status()).isEqualTo(200);
            first.send("x");
            assertThat(first.read().status()).isEqualTo(200);
            int before = requests.get();
            assertThat(second.get("/").status()).isEqualTo(200);
            assertThat(requests.get() - before).isEqualTo(2);
        }
    }

    @Test
    void requestThatBrokeTheUpstreamIsNotRepeated() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.send(TestUpstream.OK);
                    wire.readHead();
                    requests.incrementAndGet();
                    awaitAtMost(never, Duration.ofMillis(1200));
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.get("/").status()).isEqualTo(200);
            isProblem(client.get("/"), 502, "upstream-reset-before-answer");
            assertThat(requests).hasValue(1);
        }
    }

    private static void awaitAtMost(CountDownLatch latch, Duration most) {
        try {
            latch.await(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void resetInsideABodyThatOnlyTheEndDelimitsCutsTheClientOff() throws Exception {
        CountDownLatch halfSeen = new CountDownLatch(1);
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.send("HTTP/1.1 200 OK\r\n\r\nhalf");
                    awaitLatch(halfSeen);
                    wire.reset();
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(200);
            halfSeen.countDown();
            assertThat(client.readRest()).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void clientsThatSendNoBodyDoNotOpenTheBreaker() throws Exception {
        RouteRule.Builder impatient =
                TestGateway.rule("all").backendRequestTimeoutNs(TimeUnit.MILLISECONDS.toNanos(200));
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(impatient, upstream.endpoint())) {
            for (int turn = 0; turn < 6; turn++) {
                try (Wire client = gateway.client()) {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
                    isProblem(client.read(), 504, "backend-request-timeout");
                }
            }
            assertThat(gateway.meter(BREAKERS)).isZero();
            gateway.rule("/", TestGateway.rule("patient").build()).listen();
            assertThat(gateway.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void refusedEndpointFailsOverToTheOther() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(TestUpstream.refusing(), upstream.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 20; turn++) {
                assertThat(client.post("/", "body").status()).isEqualTo(200);
                assertThat(upstream.request().body()).isEqualTo("body");
            }
            assertThat(gateway.meter(BREAKERS)).isEqualTo(1);
        }
    }

    @Test
    void allEndpointsRefusingIs503NoReadyEndpoint() throws Exception {
        try (TestGateway gateway = TestGateway.to(TestUpstream.refusing(), TestUpstream.refusing());
                Wire client = gateway.client()) {
            Wire.Message answer = client.get("/");
            isProblem(answer, 503, "no-ready-endpoint");
            assertThat(answer.value("retry-after")).isEqualTo("1");
            isProblem(client.post("/", "body"), 503, "no-ready-endpoint");
        }
    }

    @Test
    void fiveAnswersOf500OpenTheBreaker() throws Exception {
        try (TestUpstream upstream = TestUpstream.answering(ERROR);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 5; turn++) {
                assertThat(client.get("/").status()).isEqualTo(500);
            }
            assertThat(gateway.meter(BREAKERS)).isEqualTo(1);
            isProblem(client.get("/"), 503, "no-ready-endpoint");
            assertThat(upstream.requests).hasSize(5);
        }
    }

    @Test
    void successBetweenFailuresKeepsTheBreakerClosed() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    while (true) {
                        wire.read();
                        wire.send(turn.incrementAndGet() % 5 == 0 ? TestUpstream.OK : ERROR);
                    }
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("/").status()).isIn(200, 500);
            }
            assertThat(turn).hasValue(20);
            assertThat(gateway.meter(BREAKERS)).isZero();
        }
    }

    @Test
    void halfOpenBreakerClosesAgainWhenTheProbeSucceeds() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    while (true) {
                        wire.read();
                        wire.send(turn.incrementAndGet() <= 5 ? ERROR : TestUpstream.OK);
                    }
                });
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.breakers(QUICK))
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .rule("/", TestGateway.rule("all").build())
                        .listen();
                Wire client = gateway.client()) {
            for (int i = 0; i < 5; i++) {
                client.get("/");
            }
            assertThat(gateway.meter(BREAKERS)).isEqualTo(1);
            await().pollInterval(Duration.ofMillis(20))
                    .until(() -> client.get("/").status() == 200);
            assertThat(gateway.meter(BREAKERS)).isZero();
            assertThat(client.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void requestsBeyondTheLimitAre503() throws Exception {
        try (Held upstream = new Held();
                TestGateway gateway = limited(new BackendLimits(10, 10, 2), upstream);
                Wire first = gateway.client();
                Wire second = gateway.client();
                Wire third = gateway.client()) {
            first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
            second.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> gateway.meter(ACTIVE) == 2);
            Wire.Message refused = third.get("/3");
            isProblem(refused, 503, "backend-requests-limit");
            assertThat(refused.value("retry-after")).isEqualTo("1");
            upstream.release.countDown();
            assertThat(first.read().status()).isEqualTo(200);
            assertThat(second.read().status()).isEqualTo(200);
            assertThat(third.get("/3").status()).isEqualTo(200);
        }
    }

    @Test
    void waitingRequestsBeyondTheLimitAre503AndTheOthersFollow() throws Exception {
        try (Held upstream = new Held();
                TestGateway gateway = limited(new BackendLimits(1, 1, 10), upstream);
                Wire first = gateway.client();
                Wire second = gateway.client();
                Wire third = gateway.client()) {
            first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> upstream.asked.get() == 1);
            second.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> gateway.meter(ACTIVE) == 2);
            isProblem(third.get("/3"), 503, "backend-pending-limit");
            upstream.release.countDown();
            assertThat(first.read().status()).isEqualTo(200);
            assertThat(second.read().status()).isEqualTo(200);
            assertThat(upstream.server.accepted).hasValue(1);
        }
    }

    /// One connection in all, at rest at one endpoint or on one loop: the others would wait until it is too old.
    @Test
    void restingConnectionsDoNotStarveAnotherEndpoint() throws Exception {
        try (TestUpstream a = TestUpstream.ok();
                TestUpstream b = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.loops(2))
                        .backend(TestGateway.BACKEND, new BackendLimits(1, 10, 10), a.endpoint(), b.endpoint())
                        .rule("/", TestGateway.rule("all").build())
                        .listen()) {
            for (int turn = 0; turn < 8; turn++) {
                assertThat(gateway.get("/").status()).isEqualTo(200);
            }
            assertThat(a.requests).isNotEmpty();
            assertThat(b.requests).isNotEmpty();
        }
    }

    @Test
    void requestTimeoutIs504() throws Exception {
        try (Held upstream = new Held();
                TestGateway gateway = timed(TestGateway.rule("t").requestTimeoutNs(200_000_000), upstream);
                Wire client = gateway.client()) {
            isProblem(client.get("/"), 504, "request-timeout");
            await().until(() -> upstream.server.openConnections() == 0);
            assertThat(gateway.meter(ACTIVE)).isZero();
        }
    }

    @Test
    void backendRequestTimeoutIs504() throws Exception {
        try (Held upstream = new Held();
                TestGateway gateway = timed(TestGateway.rule("t").backendRequestTimeoutNs(200_000_000), upstream);
                Wire client = gateway.client()) {
            isProblem(client.get("/"), 504, "backend-request-timeout");
            await().until(() -> upstream.server.openConnections() == 0);
        }
    }

    @Test
    void clientResetEndsTheCall() throws Exception {
        try (Held upstream = new Held();
                TestGateway gateway = limited(BackendLimits.DEFAULT, upstream)) {
            Wire client = gateway.client();
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> upstream.asked.get() == 1);
            client.reset();
            await().until(() -> upstream.server.openConnections() == 0);
            await().until(() -> gateway.meter(ACTIVE) == 0);
            await().untilAsserted(() -> assertThat(gateway.access.lines())
                    .singleElement()
                    .asString()
                    .contains("\"status\":0")
                    .contains("\"reason\":\"client-gone\""));
            await().until(() -> gateway.gateway.status().connections() == 0);
        }
    }

    @Test
    void clientThatLeavesAWaitingCallFreesItsPlace() throws Exception {
        try (Held upstream = new Held();
                TestGateway gateway = limited(new BackendLimits(1, 1, 10), upstream);
                Wire first = gateway.client();
                Wire third = gateway.client()) {
            first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> upstream.asked.get() == 1);
            Wire second = gateway.client();
            second.send("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
            await().until(() -> gateway.meter(ACTIVE) == 2);
            second.reset();
            await().until(() -> gateway.meter(ACTIVE) == 1);
            third.send("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> gateway.meter(ACTIVE) == 2);
            upstream.release.countDown();
            assertThat(first.read().status()).isEqualTo(200);
            assertThat(third.read().status()).isEqualTo(200);
        }
    }

    @Test
    void halfClosedClientStillGetsItsAnswer() throws Exception {
        try (Held upstream = new Held();
                TestGateway gateway = limited(BackendLimits.DEFAULT, upstream);
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> upstream.asked.get() == 1);
            client.socket.shutdownOutput();
            upstream.release.countDown();
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.closesSilently()).isTrue();
        }
    }

    private static TestGateway limited(BackendLimits limits, Held upstream) throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT)
                .backend(TestGateway.BACKEND, limits, upstream.server.endpoint())
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    private static TestGateway timed(RouteRule.Builder rule, Held upstream) throws IOException {
        return TestGateway.of(rule, upstream.server.endpoint());
    }

    private static void awaitLatch(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("never released");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /// Answers nothing before it is released.
    private static final class Held implements AutoCloseable {
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicInteger asked = new AtomicInteger();
        final TestUpstream server;

        Held() throws IOException {
            server = TestUpstream.of(wire -> {
                while (true) {
                    wire.read();
                    asked.incrementAndGet();
                    // Notices at once when the gateway gives the connection up.
                    wire.socket.setSoTimeout(20);
                    while (release.getCount() > 0) {
                        wire.expectsNothing();
                    }
                    wire.socket.setSoTimeout(30_000);
                    wire.send(TestUpstream.OK);
                }
            });
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
