package io.forebay.gateway.http;

import static io.forebay.gateway.http.Http2TestClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.Http2TestClient.Answer;
import io.forebay.gateway.http.Http2TestClient.Frame;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import io.netty.handler.codec.http2.Http2Error;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a client of the HTTP/2 edge sees, frame by frame.
@ExtendWith(LeakWatch.class)
class Http2EdgeComponentTest {
    private static final int NOTHING = -1;

    private final TestOrigin origin = new TestOrigin();
    private EdgeServer server;
    private Http2TestClient client;

    @BeforeEach
    void begin() throws Exception {
        server = EdgeServer.cleartext(origin);
        client = Http2TestClient.connect(server.port());
    }

    @AfterEach
    void end() throws Exception {
        client.close();
        server.close();
    }

    // ---- heads

    @Test
    void requestLooksToStagesLikeAnyOther() throws Exception {
        client.headers(
                1,
                true,
                request("GET", "/a/./b?x=1", "x-one", "1", "cookie", "a=1", "cookie", "b=2", "te", "trailers"));
        assertThat(client.answer(1).status()).isEqualTo(200);
        TestOrigin.Request seen = TestOrigin.awaited(origin.requests);
        assertThat(seen.method()).isEqualTo("GET");
        assertThat(seen.path()).isEqualTo("/a/b");
        assertThat(seen.query()).isEqualTo("x=1");
        assertThat(seen.host()).isEqualTo("shop.example");
        assertThat(seen.lines()).containsExactly("x-one: 1", "te: trailers", "cookie: a=1; b=2");
    }

    @Test
    void answerHasOwnLinesAndDateAndLowerCaseNames() throws Exception {
        client.get(1, "/x");
        Answer answer = client.answer(1);
        assertThat(answer.head())
                .startsWith(":status: 200", "content-type: text/plain")
                .contains("x-own: yes", "content-length: " + answer.body().length)
                .anyMatch(line -> line.startsWith("date: "))
                .noneMatch(line -> line.startsWith("connection") || line.startsWith("transfer-encoding"));
    }

    @Test
    void answerToHeadHasNoData() throws Exception {
        client.headers(1, true, request("HEAD", "/x"));
        Frame head = client.await(Http2TestClient.HEADERS, 1);
        assertThat(head.isEnd()).isTrue();
        assertThat(head.fields()).anyMatch(line -> line.startsWith("content-length: "));
    }

    @Test
    void answersWithoutBodyEndWithTheirHead() throws Exception {
        client.get(1, "/status?204");
        client.get(3, "/status?304");
        assertThat(client.await(Http2TestClient.HEADERS, 1).isEnd()).isTrue();
        assertThat(client.await(Http2TestClient.HEADERS, 3).isEnd()).isTrue();
    }

    @Test
    void interimAnswerComesFirstWithoutAnyLength() throws Exception {
        client.get(1, "/interim");
        Answer answer = client.answer(1);
        assertThat(answer.interim()).containsExactly(":status: 103", "link: </a>");
        assertThat(answer.text()).isEqualTo("after");
    }

    @Test
    void continueIsSentToWhoWaitsForIt() throws Exception {
        client.headers(1, false, request("POST", "/continue", "expect", "100-continue"));
        assertThat(client.await(Http2TestClient.HEADERS, 1).fields()).containsExactly(":status: 100");
        client.data(1, true, (byte) 'x');
        assertThat(client.answer(1).text()).isEqualTo("x");
    }

    // ---- bodies

    @Test
    void bodyIsEchoed() throws Exception {
        client.post(1, "/echo");
        client.data(1, false, (byte) 'a');
        client.data(1, true, (byte) 'b');
        Answer answer = client.answer(1);
        assertThat(answer.text()).isEqualTo("ab");
        assertThat(answer.head()).contains("content-length: 2");
        assertThat(origin.awaitEnd()).isEqualTo(new TestOrigin.Ended(200, null, false, 2));
    }

    @Test
    void trailersTravelBothWays() throws Exception {
        client.post(1, "/echo");
        client.data(1, false, (byte) 'a');
        client.headers(1, true, "x-sum", "7", "content-length", "9");
        Answer answer = client.answer(1);
        assertThat(TestOrigin.awaited(origin.trailers)).containsExactly("x-sum: 7", "content-length: 9");
        assertThat(answer.text()).isEqualTo("a");
        assertThat(answer.trailers()).containsExactly("x-sum: 7");
    }

    @Test
    void pausedBodyOpensNoWindow() throws Exception {
        client.post(1, "/pause");
        Exchange paused = origin.awaitHeld();
        for (int i = 0; i < 4; i++) {
            client.data(1, false, new byte[16 * 1024]);
        }
        roundTrip();
        assertThat(origin.consumed).hasValue(0);

        server.onLoop(() -> {
            paused.readBody(true);
            return true;
        });
        assertThat(client.await(Http2TestClient.WINDOW_UPDATE, 1).lastStreamId())
                .isEqualTo(64 * 1024);
        assertThat(origin.consumed).hasValue(64 * 1024);
        client.data(1, true, new byte[10]);
        await().atMost(30, TimeUnit.SECONDS).until(() -> origin.consumed.get() == 64 * 1024 + 10);
        server.onLoop(() -> {
            TestOrigin.text(paused, "done");
            return true;
        });
        assertThat(client.answer(1).text()).isEqualTo("done");
    }

    @Test
    void endHeldBackWithItsTrailersIsDelivered() throws Exception {
        client.post(1, "/pause");
        Exchange paused = origin.awaitHeld();
        client.data(1, false, new byte[10]);
        client.headers(1, true, "x-sum", "7");
        roundTrip();
        assertThat(origin.trailers).isEmpty();
        server.onLoop(() -> {
            paused.readBody(true);
            return true;
        });
        assertThat(TestOrigin.awaited(origin.trailers)).containsExactly("x-sum: 7");
        assertThat(origin.consumed).hasValue(10);
    }

    @Test
    void clientThatOverrunsPausedStreamIsReset() throws Exception {
        client.post(1, "/pause");
        origin.awaitHeld();
        for (int i = 0; i < 5; i++) {
            client.data(1, false, new byte[16 * 1024]);
        }
        assertThat(client.answer(1).resetCode()).isEqualTo((int) Http2Error.FLOW_CONTROL_ERROR.code());
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
    }

    @Test
    void answerWaitsForTheStreamsWindow() throws Exception {
        client.close();
        client = Http2TestClient.connect(server.port(), 20_000);
        client.get(1, "/bytes?200000");
        int got = 0;
        while (got < 20_000) {
            got += client.await(Http2TestClient.DATA, 1).payload().length;
        }
        roundTrip();
        // What is taken from the producer beyond the window is one piece.
        assertThat(origin.produced.get()).isLessThanOrEqualTo(20_000 + 8 * 1024);

        client.windowUpdate(0, 1 << 20);
        client.windowUpdate(1, 1 << 20);
        Answer rest = client.answer(1);
        assertThat(got + rest.body().length).isEqualTo(200_000);
        assertThat(rest.body()[0]).isEqualTo((byte) got);
        assertThat(rest.body()[rest.body().length - 1]).isEqualTo((byte) 199_999);
    }

    @Test
    void relayPausesTheRequestWhileTheAnswerIsNotTaken() throws Exception {
        client.close();
        client = Http2TestClient.connect(server.port(), 1_000);
        client.post(1, "/relay");
        for (int i = 0; i < 4; i++) {
            client.data(1, i == 3, new byte[16 * 1024]);
        }
        roundTrip();
        assertThat(origin.consumed.get()).isLessThanOrEqualTo(32 * 1024);
        client.windowUpdate(0, 1 << 20);
        client.windowUpdate(1, 1 << 20);
        assertThat(client.answer(1).body()).hasSize(64 * 1024);
    }

    @Test
    void contentLengthThatDataContradictsResetsTheStream() throws Exception {
        client.headers(1, false, request("POST", "/hold", "content-length", "5"));
        origin.awaitHeld();
        client.data(1, true, new byte[4]);
        assertThat(client.answer(1).resetCode()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
        assertThat(origin.awaitEnd().isClientGone()).isTrue();

        client.headers(3, false, request("POST", "/hold", "content-length", "5"));
        origin.awaitHeld();
        client.data(3, false, new byte[6]);
        assertThat(client.answer(3).resetCode()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
        assertThat(origin.trailers).as("no end of a body was told").isEmpty();
    }

    @Test
    void earlyAnswerAsksTheClientToStop() throws Exception {
        client.headers(1, false, request("POST", "/refuse", "content-length", "100000"));
        Answer answer = client.answer(1);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains("\"reason\":\"forbidden\"");
        assertThat(client.await(Http2TestClient.RST_STREAM, 1).code()).isEqualTo((int) Http2Error.NO_ERROR.code());
        assertThat(origin.awaitEnd().status()).isEqualTo(403);
        client.data(1, true, new byte[100]);
        client.get(3, "/x");
        assertThat(client.answer(3).status()).isEqualTo(200);
    }

    // ---- ends

    @Test
    void abortedAnswerIsReset() throws Exception {
        client.get(1, "/abort");
        assertThat(client.answer(1).resetCode()).isEqualTo((int) Http2Error.INTERNAL_ERROR.code());
        TestOrigin.Ended ended = origin.awaitEnd();
        assertThat(ended.reason()).isEqualTo("upstream-reset");
        assertThat(ended.isClientGone()).isFalse();
    }

    @Test
    void resetOfTheClientEndsTheExchange() throws Exception {
        client.get(1, "/hold");
        origin.awaitHeld();
        client.frame(Http2TestClient.RST_STREAM, 0, 1, Http2TestClient.fourBytes(8));
        assertThat(origin.awaitEnd()).isEqualTo(new TestOrigin.Ended(0, "client-gone", true, 0));
    }

    @Test
    void exchangeOfClientThatLeftIsNotReused() throws Exception {
        client.get(1, "/hold");
        Exchange left = origin.awaitHeld();
        client.frame(Http2TestClient.RST_STREAM, 0, 1, Http2TestClient.fourBytes(8));
        origin.awaitEnd();
        client.get(3, "/hold");
        assertThat(origin.awaitHeld()).isNotSameAs(left);
    }

    @Test
    void endOfTheConnectionEndsEachExchange() throws Exception {
        client.get(1, "/hold");
        client.get(3, "/hold");
        origin.awaitHeld();
        origin.awaitHeld();
        client.close();
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
        await().atMost(30, TimeUnit.SECONDS).until(() -> server.openConnections() == 0);
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> server.onLoop(() -> server.loop().deadlines().size()) == 0);
    }

    @Test
    void drainFinishesWhatIsUnderWayAndTakesWhatWasOnItsWay() throws Exception {
        client.get(1, "/hold");
        Exchange first = origin.awaitHeld();
        server.drain();
        assertThat(client.await(Http2TestClient.GOAWAY, 0).lastStreamId()).isEqualTo(Integer.MAX_VALUE);
        Frame ping = client.await(Http2TestClient.PING, 0);
        client.get(3, "/hold");
        Exchange second = origin.awaitHeld();
        client.frame(Http2TestClient.PING, Http2TestClient.ACK, 0, ping.payload());
        assertThat(client.await(Http2TestClient.GOAWAY, 0).lastStreamId()).isEqualTo(3);
        client.get(5, "/late");
        server.onLoop(() -> {
            TestOrigin.text(first, "one");
            TestOrigin.text(second, "two");
            return true;
        });
        assertThat(client.answer(1).text()).isEqualTo("one");
        assertThat(client.answer(3).text()).isEqualTo("two");
        assertThat(client.goAwayCodeAtEnd()).isIn(NOTHING, (int) Http2Error.NO_ERROR.code());
        assertThat(origin.requests).noneMatch(seen -> seen.path().equals("/late"));
    }

    @Test
    void requestAfterItsListenerWentIsNotServedAndThoseBeforeAreAnswered() throws Exception {
        client.get(1, "/hold");
        Exchange first = origin.awaitHeld();
        server.withdraw();
        assertThat(client.await(Http2TestClient.GOAWAY, 0).lastStreamId()).isEqualTo(Integer.MAX_VALUE);
        client.get(3, "/late");
        assertThat(client.await(Http2TestClient.GOAWAY, 0).lastStreamId()).isEqualTo(1);
        server.onLoop(() -> {
            TestOrigin.text(first, "one");
            return true;
        });
        assertThat(client.answer(1).text()).isEqualTo("one");
        assertThat(client.goAwayCodeAtEnd()).isIn(NOTHING, (int) Http2Error.NO_ERROR.code());
        assertThat(origin.requests).noneMatch(seen -> seen.path().equals("/late"));
    }

    // ---- limits

    @Test
    void moreStreamsThanAnnouncedAreRefused() throws Exception {
        for (int i = 0; i < 101; i++) {
            client.get(1 + 2 * i, "/hold");
        }
        assertThat(client.answer(201).resetCode()).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
        await().atMost(30, TimeUnit.SECONDS).until(() -> origin.held.size() == 100);
    }

    @Test
    void limitsHoldForClientThatNeverAcknowledgesThem() throws Exception {
        try (Http2TestClient rude = Http2TestClient.silent(server.port())) {
            rude.raw(Http2TestClient.PREFACE.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            rude.frame(Http2TestClient.SETTINGS, 0, 0);
            for (int i = 0; i < 101; i++) {
                rude.get(1 + 2 * i, "/hold");
            }
            assertThat(rude.answer(201).resetCode()).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
        }
    }

    @Test
    void tooLargeHeadIsAnswered431() throws Exception {
        byte[] block = client.block(1, request("GET", "/x", "x-large", "a".repeat(70_000)));
        sendInFrames(1, block);
        Answer answer = client.answer(1);
        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.text()).contains("\"reason\":\"head-too-large\"");
        client.get(3, "/x");
        assertThat(client.answer(3).status()).isEqualTo(200);
        assertThat(origin.requests).hasSize(1);
    }

    private void sendInFrames(int streamId, byte[] block) throws Exception {
        int sent = 0;
        while (sent < block.length) {
            int size = Math.min(16_384, block.length - sent);
            boolean isFirst = sent == 0;
            boolean isLast = sent + size == block.length;
            client.frame(
                    isFirst ? Http2TestClient.HEADERS : Http2TestClient.CONTINUATION,
                    (isLast ? Http2TestClient.END_HEADERS : 0) | (isFirst ? Http2TestClient.END_STREAM : 0),
                    streamId,
                    Arrays.copyOfRange(block, sent, sent + size));
            sent += size;
        }
    }

    @Test
    void rapidResetsEndTheConnection() throws Exception {
        for (int i = 0; i < 300; i++) {
            try {
                client.get(1 + 2 * i, "/hold");
                client.frame(Http2TestClient.RST_STREAM, 0, 1 + 2 * i, Http2TestClient.fourBytes(8));
            } catch (java.io.IOException e) {
                break;
            }
        }
        assertThat(client.goAwayCodeAtEnd()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
        assertThat(origin.requests.size()).isLessThanOrEqualTo(201);
    }

    @Test
    void floodOfPingsEndsTheConnection() throws Exception {
        byte[] ping = Http2TestClient.bytes(Http2TestClient.PING, Http2TestClient.ACK, 0, new byte[8]);
        assertThat(goAwayAfterFlood(ping)).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
    }

    @Test
    void floodOfSettingsEndsTheConnection() throws Exception {
        assertThat(goAwayAfterFlood(Http2TestClient.bytes(Http2TestClient.SETTINGS, 0, 0)))
                .isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
    }

    private int goAwayAfterFlood(byte[] frame) throws Exception {
        byte[] flood = new byte[frame.length * (Http2Limits.CONTROL_FRAMES_MAX + 100)];
        for (int at = 0; at < flood.length; at += frame.length) {
            System.arraycopy(frame, 0, flood, at, frame.length);
        }
        client.raw(flood);
        return client.goAwayCodeAtEnd();
    }

    @Test
    void emptyDataFramesEndTheConnection() throws Exception {
        client.post(1, "/hold");
        byte[] empty = Http2TestClient.bytes(Http2TestClient.DATA, 0, 1);
        byte[] flood = new byte[empty.length * 20];
        for (int at = 0; at < flood.length; at += empty.length) {
            System.arraycopy(empty, 0, flood, at, empty.length);
        }
        client.raw(flood);
        assertThat(client.goAwayCodeAtEnd()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
    }

    @Test
    void smallContinuationsEndTheConnection() throws Exception {
        byte[] block = client.block(1, request("GET", "/x"));
        client.frame(Http2TestClient.HEADERS, Http2TestClient.END_STREAM, 1, block);
        byte[] small = Http2TestClient.bytes(Http2TestClient.CONTINUATION, 0, 1);
        byte[] flood = new byte[small.length * 40];
        for (int at = 0; at < flood.length; at += small.length) {
            System.arraycopy(small, 0, flood, at, small.length);
        }
        client.raw(flood);
        assertThat(client.goAwayCodeAtEnd()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
        assertThat(origin.requests).isEmpty();
    }

    // ---- time

    @Test
    void idleConnectionIsSentAway() throws Exception {
        client.get(1, "/x");
        client.answer(1);
        sweepIn(ClientLimits.IDLE_TIMEOUT_NS - TimeUnit.SECONDS.toNanos(5));
        client.get(3, "/x");
        assertThat(client.answer(3).status()).isEqualTo(200);
        await().atMost(30, TimeUnit.SECONDS).until(() -> origin.ended.size() == 2);
        sweepIn(ClientLimits.IDLE_TIMEOUT_NS + TimeUnit.SECONDS.toNanos(1));
        assertThat(client.goAwayCodeAtEnd()).isEqualTo((int) Http2Error.NO_ERROR.code());
    }

    @Test
    void unfinishedHeadIsSentAway() throws Exception {
        roundTrip();
        byte[] block = client.block(1, request("GET", "/x"));
        client.frame(Http2TestClient.HEADERS, Http2TestClient.END_STREAM, 1, block);
        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            sweepIn(ClientLimits.HEAD_TIMEOUT_NS + TimeUnit.SECONDS.toNanos(1));
            return server.openConnections() == 0;
        });
        assertThat(client.goAwayCodeAtEnd()).isEqualTo((int) Http2Error.NO_ERROR.code());
        assertThat(origin.requests).isEmpty();
    }

    @Test
    void stalledBodyIsReset() throws Exception {
        client.post(1, "/hold");
        origin.awaitHeld();
        sweepIn(ClientLimits.BODY_IDLE_TIMEOUT_NS + TimeUnit.SECONDS.toNanos(1));
        assertThat(client.answer(1).resetCode()).isEqualTo((int) Http2Error.CANCEL.code());
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
    }

    @Test
    void answerThatNobodyTakesIsReset() throws Exception {
        client.close();
        client = Http2TestClient.connect(server.port(), 100);
        client.get(1, "/bytes?1000");
        client.await(Http2TestClient.DATA, 1);
        origin.awaitEnd();
        sweepIn(0);
        sweepIn(ClientLimits.ANSWER_STUCK_NS + TimeUnit.SECONDS.toNanos(5));
        assertThat(client.answer(1).resetCode()).isEqualTo((int) Http2Error.CANCEL.code());
    }

    /// An answered PING says that everything before it was read.
    private void roundTrip() throws Exception {
        client.frame(Http2TestClient.PING, 0, 0, new byte[8]);
        client.await(Http2TestClient.PING, 0);
    }

    private void sweepIn(long ns) {
        server.onLoop(() -> {
            server.loop().deadlines().sweep(System.nanoTime() + ns);
            return true;
        });
    }
}
