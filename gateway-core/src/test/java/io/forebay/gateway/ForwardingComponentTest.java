package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Http2TestClient;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.offload.JobOptionRules;
import io.forebay.policy.offload.OffloadCondition;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.RouteRule;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages as they cross the gateway: bodies, framing, trailers, interim and early answers, shares.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class ForwardingComponentTest {
    private static final String CHUNKED_HEAD =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n";
    private static final String CHUNKED_ANSWER =
            CHUNKED_HEAD + "5\r\nhello\r\n0\r\nx-sum: 42\r\nContent-Length: 3\r\n\r\n";
    private static final String CHUNKED_POST =
            "POST /echo HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n";

    @Test
    void getIsForwardedAndAnswered() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            Wire.Message answer = gateway.get("/menu?day=1");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(upstream.request().startLine()).isEqualTo("GET /menu?day=1 HTTP/1.1");
        }
    }

    @Test
    void bodyOfKnownLengthArrivesWithItsLength() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.post("/", "hello").status()).isEqualTo(200);
            Wire.Message request = upstream.request();
            assertThat(request.value("content-length")).isEqualTo("5");
            assertThat(request.body()).isEqualTo("hello");
        }
    }

    @Test
    void chunkedBodyAndItsTrailersArrive() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 3; turn++) {
                client.send(CHUNKED_POST + "5\r\nhello\r\n6\r\n world\r\n0\r\nx-sum: 42\r\n\r\n");
                assertThat(client.read().status()).isEqualTo(200);
                Wire.Message request = upstream.request();
                assertThat(request.value("transfer-encoding")).isEqualTo("chunked");
                assertThat(request.value("content-length")).isEmpty();
                assertThat(request.body()).isEqualTo("hello world");
                assertThat(request.trailers()).isEqualTo("x-sum: 42\r\n");
            }
            assertThat(upstream.accepted).hasValue(1);
        }
    }

    /// The body is held while the upstream is connected to, and what is held is nothing. A last chunk for it and one
    /// more for the end would be the beginning of the next request on that connection.
    @ParameterizedTest
    @ValueSource(strings = {"", "x"})
    void emptyDataOfAPausedHttp2RequestIsNoLastChunk(String body) throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            client.postAtOnce(1, "/first", "", body, "");
            assertThat(client.answer(1).status()).isEqualTo(200);
            client.get(3, "/second");
            assertThat(client.answer(3).status()).isEqualTo(200);
            Wire.Message first = upstream.request();
            assertThat(first.startLine()).isEqualTo("POST /first HTTP/1.1");
            assertThat(first.body()).isEqualTo(body);
            assertThat(upstream.request().startLine()).isEqualTo("GET /second HTTP/1.1");
            assertThat(upstream.accepted).hasValue(1);
        }
    }

    @Test
    void chunkedAnswerAndItsTrailersArrive() throws Exception {
        String answer = CHUNKED_ANSWER;
        try (TestUpstream upstream = TestUpstream.answering(answer);
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            Wire.Message got = gateway.get("/");
            assertThat(got.body()).isEqualTo("hello");
            assertThat(got.trailers()).isEqualTo("x-sum: 42\r\n");
        }
    }

    @Test
    void answerThatEndsWithTheConnectionBecomesChunked() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.send("HTTP/1.1 200 OK\r\n\r\nuntil close");
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.get("/").body()).isEqualTo("until close");
            assertThat(client.get("/").body()).isEqualTo("until close");
            assertThat(upstream.accepted).hasValue(2);
        }
    }

    @Test
    void oneUpstreamConnectionServesOneRequestAfterTheOther() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 20; turn++) {
                assertThat(client.get("/" + turn).status()).isEqualTo(200);
            }
            assertThat(upstream.accepted).hasValue(1);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    while (true) {
                        String line = wire.read().startLine();
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + line.length() + "\r\n\r\n" + line);
                    }
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            String requests = IntStream.range(0, 10)
                    .mapToObj(i -> "GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n")
                    .collect(Collectors.joining());
            client.send(requests);
            for (int i = 0; i < 10; i++) {
                assertThat(client.read().body()).isEqualTo("GET /" + i + " HTTP/1.1");
            }
        }
    }

    @Test
    void headAnswerKeepsItsLengthAndHasNoBody() throws Exception {
        try (TestUpstream upstream = TestUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 2; turn++) {
                client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
                Wire.Message answer = client.readHead();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.value("content-length")).isEqualTo("1000");
            }
            assertThat(upstream.accepted).hasValue(1);
        }
    }

    @Test
    void answersWithoutBodyLeaveTheConnectionInStep() throws Exception {
        for (String status : List.of("204 No Content", "304 Not Modified")) {
            try (TestUpstream upstream = TestUpstream.answering("HTTP/1.1 " + status + "\r\nETag: \"1\"\r\n\r\n");
                    TestGateway gateway = TestGateway.to(upstream.endpoint());
                    Wire client = gateway.client()) {
                for (int turn = 0; turn < 2; turn++) {
                    Wire.Message answer = client.get("/");
                    assertThat(answer.startLine()).isEqualTo("HTTP/1.1 " + status);
                    assertThat(answer.value("etag")).isEqualTo("\"1\"");
                    assertThat(answer.value("transfer-encoding")).isEmpty();
                }
                assertThat(upstream.accepted).hasValue(1);
            }
        }
    }

    @Test
    void continueComesFromTheUpstreamAndLetsTheBodyGo() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.readHead();
                    wire.send("HTTP/1.1 100 Continue\r\n\r\n");
                    String body = wire.readText(5);
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + body);
                    wire.readRest();
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readHead().startLine()).isEqualTo("HTTP/1.1 100 Continue");
            client.send("hello");
            assertThat(client.read().body()).isEqualTo("hello");
        }
    }

    @Test
    void earlyHintsAreRelayedBeforeTheAnswer() throws Exception {
        String answer = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + TestUpstream.OK;
        try (TestUpstream upstream = TestUpstream.answering(answer);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 2; turn++) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                Wire.Message hints = client.readHead();
                assertThat(hints.status()).isEqualTo(103);
                assertThat(hints.value("link")).isEqualTo("</a>");
                assertThat(client.read().body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void clientOfHttp10GetsNoInterimAnswerAndNoChunks() throws Exception {
        String answer = "HTTP/1.1 103 Early Hints\r\n\r\n" + CHUNKED_ANSWER;
        try (TestUpstream upstream = TestUpstream.answering(answer);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
            Wire.Message head = client.readHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.value("transfer-encoding")).isEmpty();
            assertThat(client.readRest()).isEqualTo("hello");
        }
    }

    @Test
    void answerBeforeTheEndOfTheRequestReachesTheClient() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.readHead();
                    wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
                    wire.readRest();
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nfirst");
            Wire.Message answer = client.read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo("big");
            assertThat(answer.value("connection")).isEqualTo("close");
            assertThat(client.closesSilently()).isTrue();
            Awaitility.await().until(() -> upstream.openConnections() == 0);
        }
    }

    /// The upload was paused since the upstream did not read; the early answer must let it go on, to be thrown away.
    @Test
    void connectionGoesOnAfterAnEarlyAnswerToAPausedUpload() throws Exception {
        int bodyBytes = 20 << 20;
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.readHead();
                    wire.skip(bodyBytes - 60_000);
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    wire.readRest();
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            Thread.ofVirtual().start(() -> {
                try {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + bodyBytes + "\r\n\r\n");
                    client.send(new byte[bodyBytes]);
                    client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
                } catch (java.io.IOException e) {
                    // The assertions below say it.
                }
            });
            assertThat(client.read().body()).isEqualTo("ok");
        }
    }

    @Test
    void sharesFollowTheirWeights() throws Exception {
        try (TestUpstream a = TestUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
                TestUpstream b = TestUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb");
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)) {
            gateway.backend("default/a", BackendLimits.DEFAULT, a.endpoint())
                    .backend("default/b", BackendLimits.DEFAULT, b.endpoint())
                    .rule("/", split(BackendSplit.Share.of("default/a", 3), BackendSplit.Share.of("default/b", 1)))
                    .rule(
                            "/only-b",
                            split(BackendSplit.Share.of("default/a", 0), BackendSplit.Share.of("default/b", 1)))
                    .listen();
            try (Wire client = gateway.client()) {
                Map<String, Long> seen = IntStream.range(0, 400)
                        .mapToObj(i -> body(client, "/"))
                        .collect(Collectors.groupingBy(body -> body, Collectors.counting()));
                // Six standard deviations around 300 of 400.
                assertThat(seen.get("a")).isBetween(248L, 352L);
                assertThat(IntStream.range(0, 50).mapToObj(i -> body(client, "/only-b")))
                        .containsOnly("b");
            }
        }
    }

    @Test
    void shareOfABrokenReferenceAnswers500() throws Exception {
        try (TestUpstream a = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)) {
            gateway.backend("default/a", BackendLimits.DEFAULT, a.endpoint())
                    .rule(
                            "/",
                            split(
                                    BackendSplit.Share.of("default/a", 1),
                                    BackendSplit.Share.faulty("BackendNotFound", 1)))
                    .listen();
            try (Wire client = gateway.client()) {
                List<Wire.Message> answers = java.util.stream.Stream.generate(() -> get(client, "/"))
                        .limit(100)
                        .toList();
                assertThat(answers)
                        .extracting(Wire.Message::status)
                        .contains(200, 500)
                        .containsOnly(200, 500);
                assertThat(answers)
                        .filteredOn(answer -> answer.status() == 500)
                        .allSatisfy(answer -> assertThat(answer.body()).contains("\"reason\":\"backend-invalid\""));
            }
        }
    }

    /// Held back until its length is known, then forwarded over a connection that was at rest: the end must not
    /// overtake the body.
    @Test
    void heldBackChunkedBodyReachesARestingConnectionWhole() throws Exception {
        OffloadRule longBodies = new OffloadRule(
                "default/defer",
                PolicyMode.ENFORCE,
                "default/queue",
                OffloadRule.Clients.ANY,
                List.of(new OffloadCondition.BodyLargerThan(1_000)),
                null,
                false,
                JobOptionRules.NONE,
                null,
                null,
                false);
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway =
                        TestGateway.of(TestGateway.rule("held").offload(longBodies), upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.get("/").status()).isEqualTo(200);
            upstream.request();
            client.send(CHUNKED_POST + "5\r\nhello\r\n0\r\nx-sum: 42\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            Wire.Message request = upstream.request();
            assertThat(request.body()).isEqualTo("hello");
            assertThat(request.trailers()).isEqualTo("x-sum: 42\r\n");
            assertThat(client.get("/after").status()).isEqualTo(200);
            assertThat(upstream.request().startLine()).isEqualTo("GET /after HTTP/1.1");
        }
    }

    private static RouteRule split(BackendSplit.Share... shares) {
        return RouteRule.builder("default/shop/split")
                .backends(BackendSplit.of(List.of(shares)))
                .build();
    }

    private static String body(Wire client, String path) {
        return get(client, path).body();
    }

    private static Wire.Message get(Wire client, String path) {
        try {
            return client.get(path);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
