package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.trace.TraceReceiver;
import io.forebay.gateway.trace.TraceReceiver.Received;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Discovery;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.Hedging;
import io.forebay.mesh.LoadBalancer;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.RetryRule;
import io.forebay.policy.route.RouteRule;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Calls that are made a second time at another endpoint since their answer is slow to begin. Of two upstreams that do
/// the same, the one that is asked first for a path is slow for it, whichever that is.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class HedgingComponentTest {
    private static final String WON = "forebay_requests_hedged_total{outcome=\"won\"}";
    private static final String LOST = "forebay_requests_hedged_total{outcome=\"lost\"}";
    private static final String ACTIVE = "forebay_backend_requests_active{backend=\"default/up\"}";
    private static final int ENOUGH = 120;

    private final CountDownLatch firstMayAnswer = new CountDownLatch(1);
    private final CountDownLatch secondMayAnswer = new CountDownLatch(1);
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final Queue<Wire.Message> seconds = new ConcurrentLinkedQueue<>();
    private final List<TestUpstream> upstreams = new ArrayList<>();
    private volatile String first = TestUpstream.OK.replace("ok", "1.");
    private volatile String second = TestUpstream.OK.replace("ok", "2.");

    private Endpoint upstream() throws IOException {
        TestUpstream made = TestUpstream.of(wire -> {
            while (true) {
                Wire.Message request = wire.read();
                String path = request.startLine().split(" ", 3)[1];
                int number =
                        asked.computeIfAbsent(path, key -> new AtomicInteger()).incrementAndGet();
                String answer = path.endsWith("/") ? TestUpstream.OK : answer(request, number == 1);
                if (answer.isEmpty()) {
                    return;
                }
                wire.send(answer);
            }
        });
        upstreams.add(made);
        return made.endpoint();
    }

    private String answer(Wire.Message request, boolean isFirst) {
        if (!isFirst) {
            seconds.add(request);
        }
        pass(isFirst ? firstMayAnswer : secondMayAnswer);
        return isFirst ? first : second;
    }

    /// Connections of upstreams that have ended.
    private int ended() {
        return upstreams.stream().mapToInt(upstream -> upstream.ended.get()).sum();
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Backend backend(BackendLimits limits, BackendTransport transport, Endpoint... endpoints) {
        return backend("up", limits, transport, endpoints);
    }

    /// What takes a tenth of a second is slow, however busy the machine.
    private static Backend backend(
            String name, BackendLimits limits, BackendTransport transport, Endpoint... endpoints) {
        return new Backend(
                new BackendId("default", name),
                List.of(endpoints),
                limits,
                LoadBalancer.of(Balance.ROUND_ROBIN),
                HealthCheck.NONE,
                transport,
                Discovery.NONE,
                new Hedging(50, TimeUnit.MILLISECONDS.toNanos(100)));
    }

    private TestGateway gateway(RouteRule.Builder rule) throws IOException {
        return gateway(TestGateway.Boot.DEFAULT, BackendLimits.DEFAULT, rule);
    }

    private TestGateway gateway(TestGateway.Boot boot, BackendLimits limits, RouteRule.Builder rule)
            throws IOException {
        return new TestGateway(boot)
                .backend(backend(limits, BackendTransport.DEFAULT, upstream(), upstream()))
                .rule("/", rule.build())
                .listen();
    }

    private TestGateway gateway() throws IOException {
        return gateway(TestGateway.rule("all"));
    }

    /// Enough calls that it is known what is slow.
    private static void warm(TestGateway gateway) throws IOException {
        warm(gateway, "/");
    }

    private static void warm(TestGateway gateway, String path) throws IOException {
        try (Wire client = gateway.client()) {
            for (int i = 0; i < ENOUGH; i++) {
                assertThat(client.get(path).body()).isEqualTo("ok");
            }
        }
    }

    private int asked(String path) {
        AtomicInteger count = asked.get(path);
        return count == null ? 0 : count.get();
    }

    private static String line(TestGateway gateway, String path) {
        return await().atMost(20, TimeUnit.SECONDS)
                .until(
                        () -> gateway.access.lines().stream()
                                .filter(line -> line.contains("\"path\":\"" + path + "\""))
                                .findFirst()
                                .orElse(""),
                        line -> !line.isEmpty());
    }

    @AfterEach
    void end() {
        firstMayAnswer.countDown();
        secondMayAnswer.countDown();
        upstreams.forEach(TestUpstream::close);
    }

    @Test
    void theSecondIsAskedAndAnswersBeforeTheFirst() throws Exception {
        secondMayAnswer.countDown();
        try (TestGateway gateway = gateway()) {
            warm(gateway);
            assertThat(gateway.get("/slow").body()).isEqualTo("2.");
            assertThat(asked("/slow")).isEqualTo(2);
            assertThat(line(gateway, "/slow")).contains("\"tries\":2", "\"hedge\":\"won\"");
            assertThat(gateway.meter(WON)).isGreaterThanOrEqualTo(1);
            firstMayAnswer.countDown();
            await().atMost(20, TimeUnit.SECONDS).until(() -> ended() > 0);
        }
    }

    @Test
    void theFirstIsHeardIfItAnswersFirst() throws Exception {
        try (TestGateway gateway = gateway();
                Wire client = gateway.client()) {
            warm(gateway);
            client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            await().atMost(20, TimeUnit.SECONDS).until(() -> asked("/slow") == 2);
            firstMayAnswer.countDown();
            assertThat(client.read().body()).isEqualTo("1.");
            assertThat(client.get("/").body()).isEqualTo("ok");
            assertThat(line(gateway, "/slow")).contains("\"tries\":2", "\"hedge\":\"lost\"");
            assertThat(gateway.meter(LOST)).isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void beforeEnoughIsKnownNothingIsHedged() throws Exception {
        secondMayAnswer.countDown();
        try (TestGateway gateway = gateway();
                Wire early = gateway.client()) {
            early.send("GET /early HTTP/1.1\r\nHost: a\r\n\r\n");
            await().atMost(20, TimeUnit.SECONDS).until(() -> asked("/early") == 1);
            warm(gateway);
            assertThat(gateway.get("/late").body()).isEqualTo("2.");
            assertThat(asked("/early")).isEqualTo(1);
            firstMayAnswer.countDown();
            assertThat(early.read().body()).isEqualTo("1.");
        }
    }

    /// Each would have been hedged before the last, which is.
    @Test
    void whatMayNotBeSentTwiceIsNot() throws Exception {
        secondMayAnswer.countDown();
        String[] heads = {
            "POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            "PUT /put HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
            "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: tea\r\n\r\n"
        };
        try (TestGateway gateway = gateway()) {
            warm(gateway);
            List<Wire> clients = new ArrayList<>();
            for (String head : heads) {
                clients.add(gateway.client().send(head));
            }
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> asked("/post") + asked("/put") + asked("/upgrade") == heads.length);
            assertThat(gateway.get("/slow").body()).isEqualTo("2.");
            assertThat(asked("/slow")).isEqualTo(2);
            assertThat(asked("/post") + asked("/put") + asked("/upgrade")).isEqualTo(heads.length);
            firstMayAnswer.countDown();
            for (Wire client : clients) {
                assertThat(client.read().body()).isEqualTo("1.");
                client.close();
            }
        }
    }

    @Test
    void bodyThatIsKeptForRetriesIsSentTwice() throws Exception {
        secondMayAnswer.countDown();
        try (TestGateway gateway = gateway(TestGateway.rule("all").retry(new RetryRule(1, List.of(503), 0)));
                Wire client = gateway.client()) {
            warm(gateway);
            client.send("PUT /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("5\r\nhello\r\n6\r\n world\r\n0\r\nx-sum: 42\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("2.");
            assertThat(seconds).singleElement().satisfies(request -> {
                assertThat(request.body()).isEqualTo("hello world");
                assertThat(request.trailers()).isEqualTo("x-sum: 42\r\n");
            });
        }
    }

    @Test
    void theSecondTakesThePlaceOfAFirstThatFails() throws Exception {
        first = "";
        try (TestGateway gateway = gateway();
                Wire client = gateway.client()) {
            warm(gateway);
            client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            await().atMost(20, TimeUnit.SECONDS).until(() -> asked("/slow") == 2);
            firstMayAnswer.countDown();
            await().atMost(20, TimeUnit.SECONDS).until(() -> ended() > 0);
            secondMayAnswer.countDown();
            assertThat(client.read().body()).isEqualTo("2.");
            assertThat(line(gateway, "/slow")).contains("\"hedge\":\"won\"").doesNotContain("\"flag\"");
        }
    }

    @Test
    void aSecondThatFailsLeavesItToTheFirst() throws Exception {
        second = "";
        secondMayAnswer.countDown();
        try (TestGateway gateway = gateway();
                Wire client = gateway.client()) {
            warm(gateway);
            client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            await().atMost(20, TimeUnit.SECONDS).until(() -> ended() > 0);
            firstMayAnswer.countDown();
            assertThat(client.read().body()).isEqualTo("1.");
            assertThat(line(gateway, "/slow")).contains("\"hedge\":\"lost\"").doesNotContain("\"flag\"");
        }
    }

    /// A status that the rule counts as a failure does not win.
    @Test
    void aSecondThatIsBusyLeavesItToTheFirst() throws Exception {
        second = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy";
        secondMayAnswer.countDown();
        try (TestGateway gateway = gateway(TestGateway.rule("all").retry(new RetryRule(1, List.of(503), 0)));
                Wire client = gateway.client()) {
            warm(gateway);
            client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            await().atMost(20, TimeUnit.SECONDS).until(() -> ended() > 0);
            firstMayAnswer.countDown();
            assertThat(client.read().body()).isEqualTo("1.");
        }
    }

    /// Of the backend's active requests a fifth, or three. Another backend, whose last call is hedged after those of
    /// the first were due, tells when that is.
    @Test
    void hedgesAreWithinTheBudgetOfRetriesAndGiveItBack() throws Exception {
        Endpoint[] endpoints = {upstream(), upstream()};
        BackendTransport transport = BackendTransport.DEFAULT;
        try (TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                .backend(backend(BackendLimits.DEFAULT, transport, endpoints))
                .backend(backend("other", BackendLimits.DEFAULT, transport, endpoints))
                .rule("/", TestGateway.rule("all").build())
                .rule(
                        "/other",
                        RouteRule.builder("default/shop/other")
                                .backends(BackendSplit.of(List.of(BackendSplit.Share.of("default/other", 1))))
                                .build())
                .listen()) {
            warm(gateway);
            warm(gateway, "/other/");
            List<Wire> clients = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                String path = i < 8 ? "/slow" + i : "/other/slow";
                clients.add(gateway.client().send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"));
                await().atMost(20, TimeUnit.SECONDS).until(() -> asked(path) >= 1);
            }
            await().atMost(20, TimeUnit.SECONDS).until(() -> asked("/other/slow") == 2);
            for (int i = 0; i < 8; i++) {
                assertThat(asked("/slow" + i)).isEqualTo(i < 3 ? 2 : 1);
            }
            // A hedge is one of the backend's requests.
            assertThat(gateway.meter(ACTIVE)).isEqualTo(11);
            secondMayAnswer.countDown();
            for (int i = 0; i < 3; i++) {
                assertThat(clients.get(i).read().body()).isEqualTo("2.");
            }
            // Room again, for this one and the next.
            for (int i = 10; i < 15; i++) {
                assertThat(gateway.get("/slow" + i).body()).isEqualTo("2.");
            }
            firstMayAnswer.countDown();
            for (Wire client : clients) {
                client.close();
            }
            await().atMost(20, TimeUnit.SECONDS).until(() -> gateway.meter(ACTIVE) == 0);
        }
    }

    /// It would open at the first failure.
    @Test
    void theOneThatGivesWayIsNoFailureOfItsEndpoint() throws Exception {
        secondMayAnswer.countDown();
        BreakerSettings strict = new BreakerSettings(1, TimeUnit.HOURS.toNanos(1), 0, TimeUnit.HOURS.toNanos(1));
        try (TestGateway gateway =
                gateway(TestGateway.Boot.DEFAULT.breakers(strict), BackendLimits.DEFAULT, TestGateway.rule("all"))) {
            warm(gateway);
            for (int i = 0; i < 10; i++) {
                assertThat(gateway.get("/slow" + i).body()).isEqualTo("2.");
            }
            assertThat(gateway.meter("forebay_backend_breakers_open{backend=\"default/up\"}"))
                    .isZero();
        }
    }

    @Test
    void aClientThatLeavesEndsBoth() throws Exception {
        try (TestGateway gateway = gateway()) {
            warm(gateway);
            try (Wire client = gateway.client()) {
                client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
                await().atMost(20, TimeUnit.SECONDS).until(() -> asked("/slow") == 2);
            }
            await().atMost(20, TimeUnit.SECONDS).until(() -> gateway.meter(ACTIVE) == 0);
            firstMayAnswer.countDown();
            secondMayAnswer.countDown();
            await().atMost(20, TimeUnit.SECONDS).until(() -> ended() >= 2);
        }
    }

    @Test
    void overHttp2TheOtherStreamIsReset() throws Exception {
        Http2TestUpstream.Script script = call -> {
            int number = asked.computeIfAbsent(call.field(":path"), key -> new AtomicInteger())
                    .incrementAndGet();
            if (call.field(":path").equals("/") || number == 2) {
                call.head(false, "200").data(true, "ok");
            }
        };
        BackendTransport http2 = new BackendTransport(BackendTransport.Http.VERSION_2, null);
        try (Http2TestUpstream one = Http2TestUpstream.of(script);
                Http2TestUpstream other = Http2TestUpstream.of(script);
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(backend(BackendLimits.DEFAULT, http2, one.endpoint(), other.endpoint()))
                        .rule("/", TestGateway.rule("all").build())
                        .listen()) {
            warm(gateway);
            assertThat(gateway.get("/slow").body()).isEqualTo("ok");
            await().atMost(20, TimeUnit.SECONDS).until(() -> one.resets.size() + other.resets.size() == 1);
            Http2TestUpstream slow = one.resets.isEmpty() ? other : one;
            assertThat(slow.resets).containsExactly(Http2Error.CANCEL.code());
            assertThat(gateway.get("/").body()).isEqualTo("ok");
            assertThat(one.accepted.get() + other.accepted.get()).isEqualTo(2);
        }
    }

    @Test
    void bothTriesAreSpansThatTellWhichWon() throws Exception {
        secondMayAnswer.countDown();
        try (TraceReceiver receiver = new TraceReceiver();
                TestGateway gateway = gateway(
                        TestGateway.Boot.DEFAULT.telemetry(
                                TestGateway.Boot.DEFAULT.telemetry().traces(receiver.settings("1", ""))),
                        BackendLimits.DEFAULT,
                        TestGateway.rule("all"))) {
            warm(gateway);
            assertThat(gateway.get("/slow").body()).isEqualTo("2.");
            List<Received> tries = receiver.await(2 * ENOUGH + 3).stream()
                    .filter(span ->
                            span.attributes().getOrDefault("url.full", "").endsWith("/slow"))
                    .toList();
            assertThat(tries).hasSize(2);
            Received gaveWay = tries.getFirst();
            Received won = tries.getLast();
            assertThat(gaveWay.attributes())
                    .containsEntry("forebay.hedge", "gave-way")
                    .doesNotContainKeys("http.response.status_code", "error.type");
            assertThat(won.attributes())
                    .containsEntry("forebay.hedge", "won")
                    .containsEntry("http.response.status_code", "200");
            assertThat(won.startNs()).isBetween(gaveWay.startNs(), gaveWay.endNs());
            assertThat(seconds)
                    .singleElement()
                    .satisfies(
                            request -> assertThat(request.value("traceparent")).contains(won.spanId()));
        }
    }
}
