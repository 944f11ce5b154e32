package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.Http1TestClient.Answer;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import io.forebay.gateway.transport.Transport;
import java.net.SocketException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How an HTTP/1.1 connection lives: order, persistence, bodies, half-closes and time limits (RFC 9112 sections 6, 7
/// and 9).
@ExtendWith(LeakWatch.class)
class Http1EdgeWireTest {
    private static final String HOST = " HTTP/1.1\r\nHost: shop.example\r\n";
    private static final String CHUNKED = HOST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final int LARGE_BYTES = 1_000_000;
    private static final int HUGE_BYTES = 30_000_000;

    private final TestOrigin origin = new TestOrigin();
    private EdgeServer server;
    private Http1TestClient client;

    @BeforeEach
    void begin() throws Exception {
        server = EdgeServer.cleartext(origin);
        client = new Http1TestClient(server.port());
    }

    @AfterEach
    void end() throws Exception {
        client.close();
        server.close();
    }

    // ---- heads that pass

    @ParameterizedTest
    @CsvSource({
        "/, /, shop.example",
        "/a//b, /a/b, shop.example",
        "/a/./b/../c, /a/c, shop.example",
        "/a/.., /, shop.example",
        "/%61%7E%2e%2E/b, /a~../b, shop.example",
        "/a/%2e%2e/b, /b, shop.example",
        "/a%20b, /a%20b, shop.example",
        "/v1/jobs%3Apurge, /v1/jobs:purge, shop.example",
        "/a%3bx%3D1, /a;x=1, shop.example",
        "/caf%c3%a9, /caf%C3%A9, shop.example",
        "/a%252e, /a%252e, shop.example",
        "//evil.example/x, /evil.example/x, shop.example",
        "/x?a=/../b, /x, shop.example",
        "http://OTHER.example:81/x, /x, other.example",
        "HTTPS://other.example?q, /, other.example",
        "http://[::1]:8080/x, /x, [::1]",
    })
    void targetIsNormalisedBeforeItIsMatched(String target, String path, String host) throws Exception {
        client.send("GET " + target + HOST + "\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
        TestOrigin.Request seen = TestOrigin.awaited(origin.requests);
        assertThat(seen.path()).isEqualTo(path);
        assertThat(seen.host()).isEqualTo(host);
    }

    @Test
    void asteriskIsForOptions() throws Exception {
        client.send("OPTIONS *" + HOST + "\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
        assertThat(TestOrigin.awaited(origin.requests).path()).isEqualTo("*");
    }

    @Test
    void oneEmptyLineMayStandBeforeARequest() throws Exception {
        client.send("\r\nGET /a" + HOST + "\r\n\r\nGET /b" + HOST + "\r\n");
        assertThat(client.answer().text()).startsWith("GET /a\n");
        assertThat(client.answer().text()).startsWith("GET /b\n");
    }

    @Test
    void valuesLoseTheirPaddingOnly() throws Exception {
        client.send("GET /x" + HOST + "A:1\r\nB: \t 2 3 \t\r\nC:\r\nD: \u00e9\r\n\r\n");
        assertThat(client.answer().text()).isEqualTo("GET /x\nHost: shop.example\nA: 1\nB: 2 3\nC: \nD: \u00e9\n");
    }

    @Test
    void messageMayComeByteByByte() throws Exception {
        String message = "POST /echo" + HOST
                + "Transfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: 1\r\n\r\n";
        for (int i = 0; i < message.length(); i++) {
            client.send(message.substring(i, i + 1));
        }
        Answer answer = client.answer();
        assertThat(answer.text()).isEqualTo("abc0123456789");
        assertThat(answer.trailers()).containsExactly("x: 1");
    }

    // ---- persistence

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        client.send(
                "GET /hold" + HOST + "\r\nPOST /echo" + HOST + "Content-Length: 3\r\n\r\nabcGET /b" + HOST + "\r\n");
        Exchange first = origin.awaitHeld();
        assertThat(origin.requests).as("the second waits for the first").hasSize(1);
        server.onLoop(() -> {
            TestOrigin.text(first, "first");
            return true;
        });
        assertThat(client.answer().text()).isEqualTo("first");
        assertThat(client.answer().text()).isEqualTo("abc");
        assertThat(client.answer().text()).startsWith("GET /b\n");
    }

    @Test
    void hundredPipelinedRequestsAreAnswered() throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            all.append("GET /").append(i).append(HOST).append("\r\n");
        }
        client.send(all.toString());
        for (int i = 0; i < 100; i++) {
            assertThat(client.answer().text()).startsWith("GET /" + i + "\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void clientThatPipelinesWithoutReadingWaitsAndIsAnsweredOnceItReads(Transport transport) throws Exception {
        int requests = 20_000;
        String rest = HOST + "A: " + "a".repeat(1_000) + "\r\n\r\n";
        try (EdgeServer busy = EdgeServer.cleartext(transport, origin);
                Http1TestClient greedy = new Http1TestClient(busy.port())) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < requests; i++) {
                        greedy.send("GET /" + i + rest);
                    }
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(stalled(origin.requests)).isLessThan(requests);
            for (int i = 0; i < requests; i++) {
                assertThat(greedy.answer().text()).startsWith("GET /" + i + "\n");
            }
            sender.join();
        }
    }

    /// Waits until nothing more comes for a while, and gives how much did.
    private static int stalled(Collection<?> seen) {
        AtomicInteger before = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(300))
                .until(() -> !seen.isEmpty() && before.getAndSet(seen.size()) == seen.size());
        return seen.size();
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, , false, ",
        "1.1, keep-alive, false, ",
        "1.1, close, true, close",
        "1.1, 'Keep-Alive, CLOSE', true, close",
        "1.0, , true, close",
        "1.0, keep-alive, false, keep-alive",
        "1.0, close, true, close",
    })
    void persistenceFollowsVersionAndOptions(String version, String option, boolean closes, String said)
            throws Exception {
        String connection = option == null ? "" : "Connection: " + option + "\r\n";
        client.send("GET /x HTTP/" + version + "\r\nHost: a\r\n" + connection + "\r\n");
        Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("connection")).isEqualTo(said);
        if (closes) {
            assertThat(client.endsOrderly()).isTrue();
        } else {
            client.send("GET /x" + HOST + "\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void closingAnswerIsReadableThoughMoreWasSent() throws Exception {
        client.send("GET /x" + HOST + "Connection: close\r\n\r\n" + ("GET /y" + HOST + "\r\n").repeat(3_000));
        assertThat(client.answer().status()).isEqualTo(200);
        assertThat(client.endsOrderly()).isTrue();
        assertThat(origin.requests).hasSize(1);
    }

    @Test
    void http10MayOmitItsHost() throws Exception {
        client.send("GET /x HTTP/1.0\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
        assertThat(TestOrigin.awaited(origin.requests).host()).isEmpty();
    }

    // ---- answers

    @Test
    void answerToHeadHasLengthAndNoBody() throws Exception {
        client.send("HEAD /x" + HOST + "\r\nGET /x" + HOST + "\r\n");
        Answer head = client.answer("HEAD");
        Answer get = client.answer();
        assertThat(head.field("content-length")).isNotNull();
        assertThat(get.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void bodylessAnswersAreFollowedByTheNext(int status) throws Exception {
        client.send("GET /status?" + status + HOST + "\r\nGET /x" + HOST + "\r\n");
        Answer first = client.answer();
        assertThat(first.status()).isEqualTo(status);
        assertThat(first.field("transfer-encoding")).isNull();
        assertThat(client.answer().status()).isEqualTo(200);
    }

    @Test
    void emptyAnswerSaysSo() throws Exception {
        client.send("GET /status?200" + HOST + "\r\n");
        assertThat(client.answer().field("content-length")).isEqualTo("0");
    }

    @Test
    void unknownLengthIsChunkedFor11AndUntilCloseFor10() throws Exception {
        client.send("GET /bytes?50000" + HOST + "\r\n");
        Answer chunked = client.answer();
        assertThat(chunked.field("transfer-encoding")).isEqualTo("chunked");
        assertThat(chunked.body()).hasSize(50_000);
        client.send("GET /bytes?50000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        Answer untilClose = client.answer();
        assertThat(untilClose.field("transfer-encoding")).isNull();
        assertThat(untilClose.isLast()).isTrue();
        assertThat(untilClose.body()).hasSize(50_000);
    }

    @Test
    void abortedAnswerNeverLooksComplete() throws Exception {
        client.send("GET /abort" + HOST + "\r\n");
        assertThatThrownBy(client::answer).isInstanceOf(java.io.IOException.class);
        try (Http1TestClient old = new Http1TestClient(server.port())) {
            old.send("GET /abort HTTP/1.0\r\n\r\n");
            assertThatThrownBy(old::answer).isInstanceOf(SocketException.class);
        }
        assertThat(origin.awaitEnd().reason()).isEqualTo("upstream-reset");
    }

    @Test
    void interimAnswersAreFor11OnlyAndWithoutAnyLength() throws Exception {
        client.send("GET /interim" + HOST + "\r\n");
        Answer interim = client.answer();
        assertThat(interim.status()).isEqualTo(103);
        assertThat(interim.lines()).containsExactly("link: </a>");
        assertThat(client.answer().text()).isEqualTo("after");
        client.send("GET /interim HTTP/1.0\r\n\r\n");
        assertThat(client.answer().text()).isEqualTo("after");
    }

    // ---- bodies

    @Test
    void trailersTravelBothWaysWithoutThoseThatFrame() throws Exception {
        client.send("POST /echo" + CHUNKED + "1\r\na\r\n0\r\nX-Sum: 7\r\nContent-Length: 5\r\n\r\n");
        Answer answer = client.answer();
        assertThat(TestOrigin.awaited(origin.trailers)).containsExactly("X-Sum: 7", "Content-Length: 5");
        assertThat(answer.trailers()).containsExactly("x-sum: 7");
    }

    @Test
    void continueIsSentOnceAndOnlyToWhoWaits() throws Exception {
        client.send("POST /continue" + HOST + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(100);
        client.send("abc");
        assertThat(client.answer().text()).isEqualTo("abc");
        client.send("POST /continue" + HOST + "Content-Length: 3\r\n\r\nabc");
        assertThat(client.answer().text()).isEqualTo("abc");
        client.send("POST /continue HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(client.answer().text()).isEqualTo("abc");
    }

    @Test
    void smallRestOfARefusedRequestIsThrownAway() throws Exception {
        client.send("POST /refuse" + HOST + "Content-Length: 50000\r\n\r\n");
        Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.isLast()).isFalse();
        client.send("a".repeat(50_000) + "GET /x" + HOST + "\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 100000",
                "Transfer-Encoding: chunked",
                "Content-Length: 5\r\nExpect: 100-continue"
            })
    void otherRefusedRequestsEndTheConnection(String framing) throws Exception {
        client.send("POST /refuse" + HOST + framing + "\r\n\r\n");
        Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.isLast()).isTrue();
        client.send("5\r\naaaaa\r\n");
        assertThat(client.endsOrderly()).isTrue();
        assertThat(origin.awaitEnd().status()).isEqualTo(403);
    }

    @Test
    void largeBodyIsRelayedAtThePaceOfItsReader() throws Exception {
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                client.send(
                        "POST /relay" + HOST + "Content-Length: " + LARGE_BYTES + "\r\n\r\n" + "b".repeat(LARGE_BYTES));
            } catch (java.io.IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(client.answer().body()).hasSize(LARGE_BYTES).containsOnly('b');
        sender.join();
    }

    @Test
    void pausedBodyWaitsInABoundedBuffer() throws Exception {
        client.send("POST /pause" + HOST + "Content-Length: 3\r\n\r\nabcGET /x" + HOST + "\r\n");
        Exchange paused = origin.awaitHeld();
        server.onLoop(() -> {
            paused.readBody(true);
            return true;
        });
        await().atMost(30, TimeUnit.SECONDS).until(() -> origin.consumed.get() == 3);
        server.onLoop(() -> {
            TestOrigin.text(paused, "done");
            return true;
        });
        assertThat(client.answer().text()).isEqualTo("done");
        assertThat(client.answer().status()).isEqualTo(200);
    }

    @Test
    void answerToPausedBodyLetsTheConnectionGoOn() throws Exception {
        client.send("POST /pause" + HOST + "Content-Length: 30000\r\n\r\n");
        Exchange paused = origin.awaitHeld();
        server.onLoop(() -> {
            TestOrigin.text(paused, "early");
            return true;
        });
        assertThat(client.answer().text()).isEqualTo("early");
        client.send("a".repeat(30_000) + "GET /x" + HOST + "\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
    }

    // ---- ends

    @Test
    void clientThatEndedItsSideIsAnswered() throws Exception {
        client.send("GET /hold" + HOST + "\r\n");
        Exchange held = origin.awaitHeld();
        client.endSending();
        server.onLoop(() -> {
            TestOrigin.text(held, "still here");
            return true;
        });
        assertThat(client.answer().text()).isEqualTo("still here");
        assertThat(client.endsOrderly()).isTrue();
    }

    @Test
    void allPipelinedRequestsOfClientThatEndedItsSideAreAnswered() throws Exception {
        client.send("GET /hold" + HOST + "\r\n" + ("GET /x" + HOST + "\r\n").repeat(3));
        client.endSending();
        Exchange held = origin.awaitHeld();
        server.onLoop(() -> {
            TestOrigin.text(held, "first");
            return true;
        });
        assertThat(client.answer().text()).isEqualTo("first");
        for (int i = 0; i < 3; i++) {
            assertThat(client.answer().text()).startsWith("GET /x\n");
        }
        assertThat(client.endsOrderly()).isTrue();
    }

    @Test
    void endInTheMiddleOfABodyIsClientGone() throws Exception {
        client.send("POST /hold" + HOST + "Content-Length: 10\r\n\r\nabc");
        origin.awaitHeld();
        client.endSending();
        assertThat(origin.awaitEnd()).isEqualTo(new TestOrigin.Ended(0, "client-gone", true, 3));
        assertThat(origin.trailers).isEmpty();
    }

    @Test
    void resetInTheMiddleOfABodyIsClientGone() throws Exception {
        client.send("POST /hold" + CHUNKED + "3\r\nabc");
        origin.awaitHeld();
        client.reset();
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
        assertThat(origin.trailers).isEmpty();
        await().atMost(30, TimeUnit.SECONDS).until(() -> server.openConnections() == 0);
    }

    @Test
    void drainEndsRestingConnectionsAndOthersAfterTheirAnswer() throws Exception {
        client.send("GET /hold" + HOST + "\r\n");
        Exchange held = origin.awaitHeld();
        try (Http1TestClient idle = new Http1TestClient(server.port())) {
            idle.send("GET /x" + HOST + "\r\n");
            idle.answer();
            server.drain();
            assertThat(idle.endsOrderly()).isTrue();
        }
        server.onLoop(() -> {
            TestOrigin.text(held, "last");
            return true;
        });
        Answer answer = client.answer();
        assertThat(answer.text()).isEqualTo("last");
        assertThat(answer.isLast()).isTrue();
        assertThat(client.endsOrderly()).isTrue();
    }

    /// It would be lost if the connection were closed while it is on its way.
    @Test
    void requestThatCrossesADrainIsAnsweredAndTheLast() throws Exception {
        client.send("GET /x" + HOST + "\r\n");
        client.answer();
        server.drain();
        server.onLoop(() -> true); // it has been told
        client.send("POST /x" + HOST + "Content-Length: 2\r\n\r\nhi");
        assertThat(client.answer().isLast()).isTrue();
        assertThat(client.endsOrderly()).isTrue();
    }

    @Test
    void requestAfterItsListenerWentIsNotServed() throws Exception {
        client.send("GET /x" + HOST);
        await().atMost(30, TimeUnit.SECONDS).until(() -> server.openConnections() == 1);
        try (Http1TestClient busy = new Http1TestClient(server.port());
                Http1TestClient idle = new Http1TestClient(server.port())) {
            idle.send("GET /x" + HOST + "\r\n");
            idle.answer();
            busy.send("GET /hold" + HOST + "\r\nGET /late" + HOST + "\r\n");
            Exchange held = origin.awaitHeld();
            server.withdraw();
            assertThat(idle.endsOrderly()).isTrue();
            server.onLoop(() -> {
                TestOrigin.text(held, "last");
                return true;
            });
            assertThat(busy.answer().isLast()).isTrue();
            assertThat(busy.endsOrderly()).isTrue();
            client.send("\r\n");
            assertThat(client.endsOrderly()).isTrue();
        }
        assertThat(origin.requests).extracting(TestOrigin.Request::path).containsExactlyInAnyOrder("/x", "/hold");
    }

    // ---- time

    @Test
    void slowHeadIsAnswered408() throws Exception {
        client.send("GET /x" + HOST);
        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            sweepIn(ClientLimits.HEAD_TIMEOUT_NS + TimeUnit.SECONDS.toNanos(1));
            return !origin.ended.isEmpty();
        });
        Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.text()).contains("\"reason\":\"head-timeout\"");
        assertThat(client.endsOrderly()).isTrue();
        assertThat(origin.requests).isEmpty();
    }

    @Test
    void idleConnectionIsClosed() throws Exception {
        client.send("GET /x" + HOST + "\r\n");
        client.answer();
        sweepIn(ClientLimits.IDLE_TIMEOUT_NS - TimeUnit.SECONDS.toNanos(5));
        client.send("GET /x" + HOST + "\r\n");
        client.answer();
        sweepIn(ClientLimits.IDLE_TIMEOUT_NS + TimeUnit.SECONDS.toNanos(1));
        assertThat(client.endsOrderly()).isTrue();
    }

    @Test
    void stalledBodyIsClientGone() throws Exception {
        client.send("POST /hold" + HOST + "Content-Length: 10\r\n\r\nabc");
        origin.awaitHeld();
        sweepIn(ClientLimits.BODY_IDLE_TIMEOUT_NS + TimeUnit.SECONDS.toNanos(1));
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
    }

    @Test
    void bodyThatWePausedOurselvesIsNotStalled() throws Exception {
        client.send("POST /pause" + HOST + "Content-Length: 3\r\n\r\n");
        Exchange paused = origin.awaitHeld();
        sweepIn(2 * ClientLimits.BODY_IDLE_TIMEOUT_NS);
        server.onLoop(() -> {
            long resumedNs = System.nanoTime();
            paused.readBody(true);
            server.loop().deadlines().sweep(resumedNs + ClientLimits.BODY_IDLE_TIMEOUT_NS - 1);
            return true;
        });
        client.send("abc");
        await().atMost(30, TimeUnit.SECONDS).until(() -> origin.consumed.get() == 3);
    }

    @Test
    void longDownloadThatGoesOnIsNotStuck() throws Exception {
        int bytes = 30_000_000;
        client.send("GET /bytes?" + bytes + HOST + "\r\n");
        Exchange download = origin.awaitHeld();
        awaitFull(download);
        long seenNs = System.nanoTime();
        long before = origin.produced.get();
        int taken = client.take(10_000_000).length;
        await().atMost(30, TimeUnit.SECONDS).until(() -> origin.produced.get() > before);
        awaitFull(download);
        server.onLoop(() -> {
            server.loop().deadlines().sweep(seenNs + ClientLimits.ANSWER_STUCK_NS);
            return true;
        });
        assertThat(client.take(bytes - taken)).hasSize(bytes - taken);
        assertThat(origin.produced).hasValue(bytes);
    }

    @Test
    void downloadThatNobodyTakesIsClientGone() throws Exception {
        client.send("GET /bytes?30000000" + HOST + "\r\n");
        awaitFull(origin.awaitHeld());
        sweepIn(ClientLimits.ANSWER_STUCK_NS + TimeUnit.SECONDS.toNanos(1));
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close\r\n"})
    void answerThatIsStillBeingTakenIsNotCutByTheIdleLimit(String connection) throws Exception {
        client.send("GET /hold" + HOST + connection + "\r\n");
        answerHugely(origin.awaitHeld());
        origin.awaitEnd();
        sweepIn(ClientLimits.IDLE_TIMEOUT_NS + TimeUnit.SECONDS.toNanos(1));
        assertThat(client.answer().body()).hasSize(HUGE_BYTES);
        if (connection.isEmpty()) {
            await().atMost(30, TimeUnit.SECONDS).until(() -> {
                sweepIn(2 * ClientLimits.IDLE_TIMEOUT_NS + TimeUnit.SECONDS.toNanos(2));
                return server.openConnections() == 0;
            });
        }
        assertThat(client.endsOrderly()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close\r\n"})
    void answerThatNobodyTakesIsGivenUp(String connection) throws Exception {
        client.send("GET /hold" + HOST + connection + "\r\n");
        answerHugely(origin.awaitHeld());
        origin.awaitEnd();
        sweepIn(ClientLimits.ANSWER_STUCK_NS - TimeUnit.SECONDS.toNanos(5));
        assertThat(server.openConnections()).isEqualTo(1);
        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            sweepIn(ClientLimits.ANSWER_STUCK_NS + TimeUnit.SECONDS.toNanos(1));
            return server.openConnections() == 0;
        });
    }

    @Test
    void answerIsNotCutWhileTheRestOfItsRequestIsAwaited() throws Exception {
        client.send("POST /hold" + HOST + "Content-Length: 30000\r\n\r\n");
        answerHugely(origin.awaitHeld());
        sweepIn(ClientLimits.BODY_IDLE_TIMEOUT_NS + TimeUnit.SECONDS.toNanos(1));
        assertThat(client.answer().body()).hasSize(HUGE_BYTES);
        client.send("a".repeat(30_000) + "GET /x" + HOST + "\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
    }

    private void answerHugely(Exchange held) {
        server.onLoop(() -> {
            TestOrigin.text(held, "a".repeat(HUGE_BYTES));
            return true;
        });
    }

    private void awaitFull(Exchange exchange) {
        await().atMost(30, TimeUnit.SECONDS).until(() -> server.onLoop(() -> !exchange.isWritable()));
    }

    @Test
    void clientThatDoesNotCloseIsClosedAfterTheLastAnswer() throws Exception {
        client.send("GET /x" + HOST + "Connection: close\r\n\r\n");
        client.answer();
        assertThat(client.endsOrderly()).isTrue();
        assertThat(server.openConnections()).isEqualTo(1);
        sweepIn(ClientLimits.LINGER_NS + TimeUnit.SECONDS.toNanos(1));
        await().atMost(30, TimeUnit.SECONDS).until(() -> server.openConnections() == 0);
    }

    @Test
    void lastAnswerIsNotCutByTheLingerLimit() throws Exception {
        int bytes = 20_000_000;
        client.send("GET /bytes?" + bytes + HOST + "Connection: close\r\n\r\n");
        await().atMost(30, TimeUnit.SECONDS).until(() -> origin.produced.get() > 0);
        sweepIn(ClientLimits.LINGER_NS + TimeUnit.SECONDS.toNanos(1));
        assertThat(client.answer().body()).hasSize(bytes);
    }

    private void sweepIn(long ns) {
        server.onLoop(() -> {
            server.loop().deadlines().sweep(System.nanoTime() + ns);
            return true;
        });
    }
}
