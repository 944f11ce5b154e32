package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.trace.TraceReceiver;
import io.forebay.gateway.trace.TraceReceiver.Received;
import io.forebay.gateway.trace.TraceSettings;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Endpoint;
import io.forebay.policy.route.RetryRule;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Spans of requests as a receiver of OTLP gets them, and the context that upstreams get.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class TracingComponentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT_SPAN = "00f067aa0ba902b7";
    private static final int SERVER = 2;
    private static final int CLIENT = 3;

    private static TestGateway gateway(TraceSettings traces, Endpoint... endpoints) throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT.telemetry(
                        TestGateway.Boot.DEFAULT.telemetry().traces(traces)))
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, endpoints)
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    private static String traced(String path, String flags) {
        return "GET " + path + " HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: tea/1\r\ntraceparent: 00-" + TRACE + "-"
                + CLIENT_SPAN + "-" + flags + "\r\n\r\n";
    }

    private static Received only(List<Received> spans, int kind) {
        List<Received> found =
                spans.stream().filter(span -> span.kind() == kind).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void requestIsAServerSpanWithAClientSpanBelow() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver();
                TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(receiver.settings("1", ""), upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(traced("/menu?token=secret", "00")).read().status())
                    .isEqualTo(200);
            List<Received> spans = receiver.await(2);
            Received server = only(spans, SERVER);
            Received call = only(spans, CLIENT);

            assertThat(server.traceId()).isEqualTo(TRACE);
            assertThat(server.parentId()).isEqualTo(CLIENT_SPAN);
            assertThat(server.name()).isEqualTo("GET default/shop/all");
            assertThat(server.attributes())
                    .containsEntry("http.request.method", "GET")
                    .containsEntry("url.path", "/menu")
                    .containsEntry("url.scheme", "http")
                    .containsEntry("server.address", "shop.example")
                    .containsEntry("server.port", Integer.toString(gateway.port))
                    .containsEntry("client.address", "127.0.0.1")
                    .containsEntry("network.protocol.version", "1.1")
                    .containsEntry("user_agent.original", "tea/1")
                    .containsEntry("http.response.status_code", "200")
                    .containsEntry("forebay.route", "default/shop/all")
                    .doesNotContainKey("error.type");

            assertThat(call.traceId()).isEqualTo(TRACE);
            assertThat(call.parentId()).isEqualTo(server.spanId());
            assertThat(call.name()).isEqualTo("GET");
            assertThat(call.attributes())
                    .containsEntry("http.request.method", "GET")
                    .containsEntry("server.address", "127.0.0.1")
                    .containsEntry(
                            "server.port", Integer.toString(upstream.endpoint().port()))
                    .containsEntry("url.full", "http://" + upstream.endpoint() + "/menu")
                    .containsEntry("http.response.status_code", "200")
                    .containsEntry("forebay.backend", "default/up")
                    .doesNotContainKeys("error.type", "http.request.resend_count");
            assertThat(spans.toString()).doesNotContain("secret");

            assertThat(server.isError() || call.isError()).isFalse();
            assertThat(call.startNs()).isBetween(server.startNs(), call.endNs());
            assertThat(call.endNs()).isLessThanOrEqualTo(server.endNs());
            long nowNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
            assertThat(server.endNs()).isCloseTo(nowNs, Offset.offset(TimeUnit.MINUTES.toNanos(1)));
            assertThat(upstream.request().value("traceparent")).isEqualTo("00-" + TRACE + "-" + call.spanId() + "-01");
            // Counted once the receiver has answered.
            await().untilAsserted(() -> assertThat(gateway.meter("forebay_traces_spans_total{outcome=\"exported\"}"))
                    .isEqualTo(2));
        }
    }

    @Test
    void eachTryIsASpan() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (TraceReceiver receiver = new TraceReceiver();
                TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    boolean isFirst = calls.incrementAndGet() == 1;
                    wire.send(isFirst ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n" : TestUpstream.OK);
                    wire.readRest();
                });
                TestGateway gateway = gateway(receiver.settings("1", ""), upstream.endpoint())
                        .rule(
                                "/",
                                TestGateway.rule("all")
                                        .retry(new RetryRule(1, List.of(503), 1))
                                        .build())
                        .listen()) {
            assertThat(gateway.get("/").status()).isEqualTo(200);
            List<Received> spans = receiver.await(3);
            Received server = only(spans, SERVER);
            List<Received> tries =
                    spans.stream().filter(span -> span.kind() == CLIENT).toList();
            assertThat(tries).hasSize(2).allMatch(span -> span.parentId().equals(server.spanId()));
            assertThat(tries.getFirst().attributes())
                    .containsEntry("http.response.status_code", "503")
                    .containsEntry("error.type", "503");
            assertThat(tries.getFirst().isError()).isTrue();
            assertThat(tries.getLast().attributes())
                    .containsEntry("http.response.status_code", "200")
                    .containsEntry("http.request.resend_count", "1")
                    .doesNotContainKey("error.type");
            assertThat(tries.getFirst().endNs())
                    .isLessThanOrEqualTo(tries.getLast().startNs());
        }
    }

    @Test
    void failureIsTheTypeOfTheError() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver();
                TestGateway gateway = gateway(receiver.settings("1", ""), TestUpstream.refusing())) {
            assertThat(gateway.get("/").status()).isEqualTo(503);
            List<Received> spans = receiver.await(2);
            assertThat(spans)
                    .allMatch(Received::isError)
                    .allSatisfy(span ->
                            assertThat(span.attributes()).containsEntry("error.type", "upstream-connect-refused"));
            assertThat(only(spans, SERVER).attributes()).containsEntry("http.response.status_code", "503");
        }
    }

    @Test
    void tryThatNeverHadAConnectionTellsWhyItEnded() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver();
                TestUpstream upstream = TestUpstream.of(Wire::readRest);
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.telemetry(
                                TestGateway.Boot.DEFAULT.telemetry().traces(receiver.settings("1", ""))))
                        .backend(TestGateway.BACKEND, new BackendLimits(1, 10, 10), upstream.endpoint())
                        .rule(
                                "/",
                                TestGateway.rule("all")
                                        .requestTimeoutNs(300_000_000)
                                        .build())
                        .listen();
                Wire first = gateway.client();
                Wire second = gateway.client()) {
            first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> upstream.accepted.get() == 1);
            second.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(first.read().status()).isEqualTo(504);
            assertThat(second.read().status()).isEqualTo(504);
            assertThat(receiver.await(4))
                    .allMatch(Received::isError)
                    .allSatisfy(span -> assertThat(span.attributes()).containsEntry("error.type", "request-timeout"));
        }
    }

    @Test
    void clientCannotForceSampling() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver();
                TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(receiver.settings("0", "192.0.2.0/24"), upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(traced("/", "01")).read();
            assertThat(upstream.request().value("traceparent"))
                    .startsWith("00-" + TRACE + "-")
                    .endsWith("-00");
            await().until(() -> gateway.access.lines().size() == 1);
            gateway.gateway.drain();
            assertThat(receiver.posts).hasValue(0);
            assertThat(gateway.scrape()).contains("forebay_traces_spans_total{outcome=\"exported\"} 0.0");
        }
    }

    @Test
    void trustedClientDecides() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver();
                TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(receiver.settings("0", "127.0.0.0/8"), upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(traced("/no", "00")).read();
            client.send(traced("/yes", "01")).read();
            assertThat(upstream.request().value("traceparent")).endsWith("-00");
            assertThat(upstream.request().value("traceparent")).endsWith("-01");
            assertThat(receiver.await(2)).allMatch(span -> span.traceId().equals(TRACE));
            assertThat(only(receiver.spans, SERVER).attributes()).containsEntry("url.path", "/yes");
        }
    }

    @Test
    void receiverThatIsBusyIsAskedAgain() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver();
                TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(receiver.settings("1", ""), upstream.endpoint())) {
            receiver.refusals.set(1);
            gateway.get("/");
            assertThat(receiver.await(2)).hasSize(2);
            assertThat(receiver.posts.get()).as("one was refused").isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void receiverThatIsAwayCostsSpansAndNothingElse() throws Exception {
        TraceSettings nowhere = TraceSettings.of("http://127.0.0.1:" + TestUpstream.freePort(), "1", "");
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(nowhere, upstream.endpoint())) {
            assertThat(gateway.get("/").status()).isEqualTo(200);
            await().until(() -> gateway.meter("forebay_traces_spans_total{outcome=\"failed\"}") == 2);
            assertThat(gateway.get("/").status()).isEqualTo(200);
        }
    }
}
