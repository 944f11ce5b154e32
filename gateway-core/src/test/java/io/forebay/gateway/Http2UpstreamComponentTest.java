package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Http2TestClient;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.policy.route.RetryRule;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Calls to upstreams that speak HTTP/2 in cleartext: messages through each pairing of versions, shared connections,
/// their windows and their ends.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class Http2UpstreamComponentTest {
    private static final BackendTransport H2C = new BackendTransport(BackendTransport.Http.VERSION_2, null);
    private static final String CHUNKED_POST = String.join(
            "\r\n",
            "POST /echo?a=b HTTP/1.1",
            "Host: shop.example",
            "X-Kept: 1",
            "Connection: close, x-hop",
            "X-Hop: 1",
            "TE: trailers",
            "Transfer-Encoding: chunked",
            "",
            "5",
            "hello",
            "0",
            "x-sum: 42",
            "",
            "");

    @Test
    void requestOfHttp1ArrivesWithItsLinesBodyAndTrailers() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.answering("ok");
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Wire client = gateway.client()) {
            Wire.Message answer = client.send(CHUNKED_POST).read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("ok");
            Http2TestUpstream.Call call = upstream.call();
            assertThat(call.field(":method")).isEqualTo("POST");
            assertThat(call.field(":scheme")).isEqualTo("http");
            assertThat(call.field(":path")).isEqualTo("/echo?a=b");
            assertThat(call.field(":authority")).isEqualTo("shop.example");
            assertThat(call.field("x-kept")).isEqualTo("1");
            assertThat(call.field("x-hop")).isEmpty();
            assertThat(call.field("te")).isEqualTo("trailers");
            assertThat(call.field("x-forwarded-for")).isEqualTo("127.0.0.1");
            assertThat(call.field("x-forwarded-proto")).isEqualTo("http");
            assertThat(call.field("x-forwarded-port")).isEqualTo(Integer.toString(gateway.port));
            assertThat(call.field("x-forwarded-host")).isEqualTo("shop.example");
            assertThat(call.field("forwarded")).isEqualTo("for=127.0.0.1;proto=http");
            assertThat(call.field("via")).isEqualTo("1.1 forebay");
            assertThat(call.field("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
            assertThat(call.head().contains("connection")).isFalse();
            assertThat(call.head().contains("host")).isFalse();
            assertThat(call.text()).isEqualTo("hello");
            assertThat(call.trailer("x-sum")).isEqualTo("42");
        }
    }

    @Test
    void whatTheClientSaysOfThoseBeforeItStaysInFront() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.answering("ok");
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.0.0.1\r\nVia: 1.0 edge\r\n\r\n")
                    .read();
            Http2TestUpstream.Call call = upstream.call();
            assertThat(call.field("x-forwarded-for")).isEqualTo("10.0.0.1, 127.0.0.1");
            assertThat(call.field("via")).isEqualTo("1.0 edge, 1.1 forebay");
        }
    }

    @Test
    void trailersOfTheAnswerReachBothVersionsOfClients() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(
                        call -> call.head(false, "200").data(false, "hello").trailers("grpc-status", "0"));
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Wire http1 = gateway.client();
                Http2TestClient http2 = Http2TestClient.connect(gateway.port)) {
            Wire.Message chunked = http1.get("/");
            assertThat(chunked.body()).isEqualTo("hello");
            assertThat(chunked.trailers()).isEqualTo("grpc-status: 0\r\n");
            http2.get(1, "/");
            Http2TestClient.Answer answer = http2.answer(1);
            assertThat(answer.trailers()).containsExactly("grpc-status: 0");
        }
    }

    @Test
    void answerWithoutBodyEndsWithItsHead() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> call.head(true, "200", "grpc-status", "12"));
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            client.get(1, "/");
            Http2TestClient.Answer answer = client.answer(1);
            assertThat(answer.head()).contains(":status: 200", "grpc-status: 12");
            assertThat(answer.trailers()).isEmpty();
            assertThat(gateway.get("/").value("content-length")).isEqualTo("0");
        }
    }

    @Test
    void answerOfKnownLengthKeepsItForHttp1() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(
                        call -> call.head(false, "200", "content-length", "5").data(true, "hello"));
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint())) {
            Wire.Message answer = gateway.get("/");
            assertThat(answer.value("content-length")).isEqualTo("5");
            assertThat(answer.body()).isEqualTo("hello");
        }
    }

    @Test
    void interimAnswersPass() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(
                        call -> call.head(false, "103", "link", "</a.css>").head(true, "204"));
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Wire.Message hints = client.readHead();
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.value("link")).isEqualTo("</a.css>");
            assertThat(client.readHead().status()).isEqualTo(204);
        }
    }

    @Test
    void callsAtATimeShareOneConnection() throws Exception {
        int clients = 20;
        CountDownLatch together = new CountDownLatch(clients);
        List<Http2TestUpstream.Call> waiting = new ArrayList<>();
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {
                    waiting.add(call);
                    together.countDown();
                    if (together.getCount() == 0) {
                        waiting.forEach(held -> held.head(false, "200").data(true, held.field(":path")));
                    }
                });
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            for (int i = 0; i < clients; i++) {
                client.get(2 * i + 1, "/" + i);
            }
            for (int i = 0; i < clients; i++) {
                Http2TestClient.Answer answer = client.answer(2 * i + 1);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(new String(answer.body(), java.nio.charset.StandardCharsets.US_ASCII))
                        .isEqualTo("/" + i);
            }
            assertThat(upstream.accepted).hasValue(1);
        }
    }

    /// Two calls at a time fit one connection; the limit of the backend lets no second be opened.
    @Test
    void callsBeyondTheStreamsOfTheUpstreamWaitForOne() throws Exception {
        Http2Settings two = Http2Settings.defaultSettings().maxConcurrentStreams(2);
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (Http2TestUpstream upstream = Http2TestUpstream.of(two, call -> {
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    call.stream()
                            .executor()
                            .schedule(
                                    () -> {
                                        open.decrementAndGet();
                                        call.head(true, "204");
                                    },
                                    20,
                                    TimeUnit.MILLISECONDS);
                });
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, new BackendLimits(1, 64, 64), H2C, upstream.endpoint())
                        .rule("/", TestGateway.rule("all").build())
                        .listen();
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            // The first tells the gateway what the upstream allows.
            client.get(1, "/");
            assertThat(client.answer(1).status()).isEqualTo(204);
            for (int stream = 3; stream < 23; stream += 2) {
                client.get(stream, "/");
            }
            for (int stream = 3; stream < 23; stream += 2) {
                assertThat(client.answer(stream).status()).isEqualTo(204);
            }
            assertThat(most.get()).isEqualTo(2);
            assertThat(upstream.accepted).hasValue(1);
        }
    }

    /// The first call's client opens hardly a window, so its answer stays with the upstream; others must not wait for
    /// it.
    @Test
    void clientThatTakesNothingHoldsUpNobodyElse() throws Exception {
        String large = "x".repeat(1 << 20);
        int slowCalls = 30;
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call ->
                        call.head(false, "200").data(true, call.field(":path").equals("/large") ? large : "ok"));
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Http2TestClient slow = Http2TestClient.connect(gateway.port, 10);
                Wire quick = gateway.client()) {
            for (int i = 0; i < slowCalls; i++) {
                slow.get(2 * i + 1, "/large");
            }
            for (int i = 0; i < slowCalls; i++) {
                upstream.call();
            }
            for (int i = 0; i < 20; i++) {
                assertThat(quick.get("/small").body()).isEqualTo("ok");
            }
            assertThat(upstream.accepted).hasValue(1);
            slow.windowUpdate(0, large.length());
            slow.windowUpdate(1, large.length());
            assertThat(slow.answer(1).body()).hasSize(large.length());
        }
    }

    @Test
    void largeBodyGoesUpAsFastAsTheUpstreamTakesIt() throws Exception {
        String large = "y".repeat(3 << 20);
        try (Http2TestUpstream upstream = Http2TestUpstream.answering("ok");
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.post("/", large).status()).isEqualTo(200);
            assertThat(upstream.call().body()).hasSize(large.length());
        }
    }

    @Test
    void refusedStreamIsSentAgain() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {
                    if (seen.getAndIncrement() == 0) {
                        call.reset(Http2Error.REFUSED_STREAM);
                    } else {
                        call.head(true, "204");
                    }
                });
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint())) {
            assertThat(gateway.get("/").status()).isEqualTo(204);
            assertThat(seen).hasValue(2);
        }
    }

    @Test
    void streamThatBreaksIsNotSentAgain() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> call.reset(Http2Error.INTERNAL_ERROR));
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint())) {
            Wire.Message answer = gateway.get("/");
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).contains("upstream-reset-before-answer");
            assertThat(upstream.calls).hasSize(1);
        }
    }

    @Test
    void connectionThatSaysGoodbyeIsFollowedByAnother() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {
                    call.head(true, "204");
                    call.goAway();
                });
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint())) {
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.get("/").status()).isEqualTo(204);
            }
            assertThat(upstream.accepted.get()).isBetween(2, 3);
        }
    }

    @Test
    void connectionThatBreaksInsideAnAnswerBreaksTheAnswer() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {
                    call.head(false, "200").data(false, "half");
                    call.close();
                });
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readRest()).startsWith("HTTP/1.1 200").doesNotEndWith("0\r\n\r\n");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(gateway.access.lines())
                            .anyMatch(line -> line.contains("upstream-reset-during-answer")));
        }
    }

    @Test
    void clientThatLeavesCancelsItsStreamOnly() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {
                    if (!call.field(":path").equals("/never")) {
                        call.head(true, "204");
                    }
                });
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Wire stays = gateway.client()) {
            try (Wire leaves = gateway.client()) {
                leaves.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
                upstream.call();
            }
            assertThat(upstream.resets.poll(30, TimeUnit.SECONDS)).isEqualTo(Http2Error.CANCEL.code());
            assertThat(stays.get("/").status()).isEqualTo(204);
            assertThat(upstream.accepted).hasValue(1);
        }
    }

    /// To an HTTP/1.1 client the bytes would be the beginning of its next answer.
    @Test
    void bodyOfAnAnswerToHeadIsNoAnswer() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(
                        call -> call.head(false, "200").data(true, "HTTP/1.1 200 forged\r\n\r\n"));
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readRest()).doesNotContain("forged");
        }
    }

    @Test
    void bodyWithoutAHeadIsNoAnswer() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {
                    if (call.field(":path").equals("/bad")) {
                        call.data(true, "");
                    } else {
                        call.head(false, "200").data(true, "ok");
                    }
                });
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.get("/").body()).isEqualTo("ok");
            assertThat(client.get("/bad").status()).isEqualTo(502);
            assertThat(client.get("/").body()).isEqualTo("ok");
        }
    }

    /// An HTTP/1.1 client would take the next answer for the body that was announced.
    @Test
    void announcedBodyThatDoesNotComeIsNoAnswer() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {
                    if (call.field(":path").equals("/head")) {
                        call.head(true, "200", "content-length", "100");
                    } else {
                        call.head(false, "200", "content-length", "100").data(true, "");
                    }
                });
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint())) {
            assertThat(gateway.get("/head").status()).isEqualTo(502);
            try (Wire client = gateway.client()) {
                client.send("GET /data HTTP/1.1\r\nHost: a\r\n\r\n");
                // The head may be out; then the connection ends, and nothing else is taken for the body.
                assertThat(client.readRest()).doesNotContain("\r\n\r\nHTTP/1.1");
            }
        }
    }

    /// It may have been processed, whatever the connection has carried before.
    @Test
    void resetOfAPostIsNotTriedAgain() throws Exception {
        AtomicInteger posts = new AtomicInteger();
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {
                    if (call.field(":method").equals("POST")) {
                        posts.incrementAndGet();
                        call.reset(Http2Error.INTERNAL_ERROR);
                    } else {
                        call.head(true, "204");
                    }
                });
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, H2C, upstream.endpoint())
                        .rule(
                                "/",
                                TestGateway.rule("all")
                                        .retry(new RetryRule(3, List.of(), 0))
                                        .build())
                        .listen();
                Wire client = gateway.client()) {
            assertThat(client.get("/").status()).isEqualTo(204);
            assertThat(client.post("/", "pay").status()).isEqualTo(502);
            assertThat(posts).hasValue(1);
        }
    }

    @Test
    void answerWithAFieldOfTheConnectionIsNoAnswer() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> call.stream()
                        .channel()
                        .parent()
                        .eventLoop()
                        .execute(() -> call.head(true, "200", "x-good", "1", "upgrade", "h2c")));
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint())) {
            Wire.Message answer = gateway.get("/");
            assertThat(answer.status()).isEqualTo(502);
        }
    }
}
