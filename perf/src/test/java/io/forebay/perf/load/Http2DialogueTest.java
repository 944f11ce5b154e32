package io.forebay.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http2DialogueTest {
    private static final byte[] NOTHING = {};

    private final Arena arena = Arena.ofConfined();
    private final Received received = new Received(arena);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void aConnectionOpensWithThePrefaceAndSettings() throws IOException {
        Http2Dialogue talk = talk(Protocol.HTTP2, 0, 1);
        byte[] sent = taken(talk);
        assertThat(new String(sent, 0, 24, US_ASCII)).isEqualTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assertThat(types(sent, 24)).containsExactly(Http2Frame.SETTINGS, Http2Frame.WINDOW_UPDATE);
    }

    @Test
    void answersComeInAnyOrderAndEachCountsFromItsOwnRequest() throws Exception {
        Http2Dialogue talk = talk(Protocol.HTTP2, 0, 2);
        talk.request(0, 100, 100);
        talk.request(0, 200, 200);
        assertThat(talk.inFlight()).isEqualTo(2);

        receive(talk, head(3, false, "404"), data(3, true, 10));
        assertThat(talk.takeAnswer()).isTrue();
        assertThat(talk.status()).isEqualTo(404);
        assertThat(talk.startNs()).isEqualTo(200);
        assertThat(talk.takeAnswer()).isFalse();
        assertThat(talk.oldestNs()).isEqualTo(100);

        receive(talk, head(1, true, "204"));
        assertThat(talk.takeAnswer()).isTrue();
        assertThat(talk.status()).isEqualTo(204);
        assertThat(talk.inFlight()).isZero();
        assertThat(talk.oldestNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void eachRequestHasTheNextOddStream() throws IOException {
        Http2Dialogue talk = talk(Protocol.HTTP2, 20, 2);
        taken(talk);
        talk.request(0, 0, 0);
        talk.request(0, 0, 0);
        byte[] sent = taken(talk);
        assertThat(types(sent, 0))
                .containsExactly(Http2Frame.HEADERS, Http2Frame.DATA, Http2Frame.HEADERS, Http2Frame.DATA);
        assertThat(streams(sent)).containsExactly(1, 1, 3, 3);
    }

    @Test
    void framesInPiecesAndFieldBlocksInSeveralFramesAreUnderstood() throws Exception {
        byte[] block = Http2Request.encoded(new DefaultHttp2Headers()
                .status("200")
                .add("content-length", "300")
                .add("server", "x".repeat(40)));
        byte[] answer = joined(
                head(1, false, "103"),
                Http2Frame.of(Http2Frame.HEADERS, 0, 1, Arrays.copyOfRange(block, 0, 3)),
                Http2Frame.of(Http2Frame.CONTINUATION, 0, 1, Arrays.copyOfRange(block, 3, 20)),
                Http2Frame.of(
                        Http2Frame.CONTINUATION,
                        Http2Frame.END_HEADERS,
                        1,
                        Arrays.copyOfRange(block, 20, block.length)),
                data(1, false, 100),
                data(1, true, 200));
        for (int piece : List.of(1, 7, answer.length)) {
            Http2Dialogue talk = talk(Protocol.HTTP2, 0, 1);
            talk.request(0, 0, 0);
            for (int at = 0; at < answer.length; at += piece) {
                assertThat(talk.takeAnswer()).isFalse();
                receive(talk, Arrays.copyOfRange(answer, at, Math.min(answer.length, at + piece)));
            }
            assertThat(talk.takeAnswer()).isTrue();
            assertThat(talk.status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerOfGrpcIsGoodWhenItsTrailersSaySo() throws Exception {
        assertThat(grpc(head(1, false, "200"), data(1, false, 9), trailers(1, "0")))
                .isEqualTo(200);
        assertThat(grpc(head(1, false, "200"), trailers(1, "14"))).isEqualTo(614);
        assertThat(grpc(head(1, false, "200"), data(1, true, 9))).isEqualTo(699);
        assertThat(grpc(head(1, true, "200"))).isEqualTo(699);
    }

    private int grpc(byte[]... frames) throws Exception {
        Http2Dialogue talk = talk(Protocol.GRPC, 16, 1);
        talk.request(0, 0, 0);
        receive(talk, frames);
        assertThat(talk.takeAnswer()).isTrue();
        return talk.status();
    }

    @Test
    void whatAServerMustNotDoIsAnError() throws IOException {
        byte[] announced = frame(
                Http2Frame.HEADERS,
                Http2Frame.END_HEADERS,
                1,
                new DefaultHttp2Headers().status("200").add("content-length", "12"));
        assertWrong("a body of 11 bytes, announced 12", announced, data(1, true, 11));
        assertWrong("stream 1 was reset, code 7", Http2Frame.of(Http2Frame.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 7}));
        assertWrong("GOAWAY, code 2", Http2Frame.of(Http2Frame.GOAWAY, 0, 0, new byte[] {0, 0, 0, 1, 0, 0, 0, 2}));
        assertWrong("a push that was forbidden", Http2Frame.of(Http2Frame.PUSH_PROMISE, 4, 1, new byte[8]));
        assertWrong("a body without a head", data(1, true, 1));
        assertWrong("a frame of stream 3, which is not open", head(3, true, "200"));
        assertWrong("a second head", head(1, false, "200"), head(1, false, "200"));
        assertWrong(
                "a frame of type 0 within a field block",
                Http2Frame.of(Http2Frame.HEADERS, 0, 1, NOTHING),
                data(1, true, 1));
        assertWrong(
                "more padding than frame",
                head(1, false, "200"),
                Http2Frame.of(Http2Frame.DATA, Http2Frame.PADDED, 1, new byte[] {9, 1}));
        byte[] long1 = Http2Frame.of(Http2Frame.DATA, 0, 1, new byte[Http2Frame.PAYLOAD_MAX_BYTES + 1]);
        assertWrong("a frame of 16385 bytes", long1);
    }

    private void assertWrong(String what, byte[]... frames) throws IOException {
        Http2Dialogue talk = talk(Protocol.HTTP2, 0, 1);
        talk.request(0, 0, 0);
        assertThatThrownBy(() -> receive(talk, frames)).hasMessage(what);
    }

    @Test
    void paddingIsNoPartOfTheBody() throws Exception {
        Http2Dialogue talk = talk(Protocol.HTTP2, 0, 1);
        talk.request(0, 0, 0);
        Http2Headers headers = new DefaultHttp2Headers().status("200").add("content-length", "2");
        receive(
                talk,
                frame(Http2Frame.HEADERS, Http2Frame.END_HEADERS, 1, headers),
                Http2Frame.of(
                        Http2Frame.DATA, Http2Frame.PADDED | Http2Frame.END_STREAM, 1, new byte[] {3, 1, 1, 0, 0, 0}));
        assertThat(talk.takeAnswer()).isTrue();
    }

    @Test
    void bodiesWaitForThePeersWindowInTheOrderOfTheirRequests() throws Exception {
        Http2Dialogue talk = talk(Protocol.HTTP2, 16_000, 6);
        taken(talk);
        for (int i = 0; i < 6; i++) {
            talk.request(0, 0, 0);
        }
        byte[] sent = taken(talk); // of 65,535 bytes four bodies are let through
        assertThat(streamsOf(Http2Frame.DATA, sent)).containsExactly(1, 3, 5, 7);
        receive(talk, Http2Frame.windowUpdate(0, 16_000));
        assertThat(streamsOf(Http2Frame.DATA, taken(talk))).containsExactly(9);
        receive(talk, Http2Frame.windowUpdate(0, 16_000));
        assertThat(streamsOf(Http2Frame.DATA, taken(talk))).containsExactly(11);
    }

    @Test
    void settingsAreAcknowledgedAndPingsAnswered() throws Exception {
        Http2Dialogue talk = talk(Protocol.HTTP2, 0, 1);
        taken(talk);
        receive(talk, Http2Frame.settings(), Http2Frame.of(Http2Frame.PING, 0, 0, "abcdefgh".getBytes(US_ASCII)));
        byte[] sent = taken(talk);
        assertThat(types(sent, 0)).containsExactly(Http2Frame.SETTINGS, Http2Frame.PING);
        assertThat(new String(sent, US_ASCII)).endsWith("abcdefgh");
        receive(talk, Http2Frame.of(Http2Frame.SETTINGS, Http2Frame.ACK, 0, NOTHING));
        assertThat(talk.unsentBytes()).isZero();
    }

    private Http2Dialogue talk(Protocol protocol, int bodyBytes, int streams) throws IOException {
        LoadPlan plan = new LoadPlan(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                false,
                null,
                null,
                "POST",
                "/",
                List.of(),
                null,
                false,
                bodyBytes,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1),
                0,
                Duration.ofSeconds(1),
                LoadShape.of(protocol, streams));
        Http2Dialogue talk =
                new Http2Dialogue(RequestBook.write(plan, arena), received, protocol == Protocol.GRPC, streams, arena);
        talk.open();
        return talk;
    }

    private void receive(Http2Dialogue talk, byte[]... frames) throws MalformedAnswer {
        byte[] all = joined(frames);
        MemorySegment.copy(all, 0, received.memory(), ValueLayout.JAVA_BYTE, 0, all.length);
        talk.receive(all.length);
    }

    // The segment's address is what the generator hands to the kernel.
    @SuppressWarnings("restricted")
    private static byte[] taken(Http2Dialogue talk) {
        int count = talk.unsentBytes();
        byte[] bytes =
                MemorySegment.ofAddress(talk.unsentAddress()).reinterpret(count).toArray(ValueLayout.JAVA_BYTE);
        talk.sent(count);
        return bytes;
    }

    private static byte[] head(int stream, boolean isLast, String status) throws IOException {
        int flags = Http2Frame.END_HEADERS | (isLast ? Http2Frame.END_STREAM : 0);
        return frame(Http2Frame.HEADERS, flags, stream, new DefaultHttp2Headers().status(status));
    }

    private static byte[] trailers(int stream, String status) throws IOException {
        int flags = Http2Frame.END_HEADERS | Http2Frame.END_STREAM;
        return frame(Http2Frame.HEADERS, flags, stream, new DefaultHttp2Headers().add("grpc-status", status));
    }

    private static byte[] frame(int type, int flags, int stream, Http2Headers headers) throws IOException {
        return Http2Frame.of(type, flags, stream, Http2Request.encoded(headers));
    }

    private static byte[] data(int stream, boolean isLast, int bytes) {
        return Http2Frame.of(Http2Frame.DATA, isLast ? Http2Frame.END_STREAM : 0, stream, new byte[bytes]);
    }

    private static byte[] joined(byte[]... parts) {
        byte[] all = NOTHING;
        for (byte[] part : parts) {
            int length = all.length;
            all = Arrays.copyOf(all, length + part.length);
            System.arraycopy(part, 0, all, length, part.length);
        }
        return all;
    }

    private record Seen(int type, int stream) {}

    private static List<Seen> seen(byte[] bytes, int from) {
        List<Seen> frames = new ArrayList<>();
        try {
            new Http2FrameReader()
                    .feed(
                            bytes,
                            from,
                            bytes.length,
                            (type, flags, stream, payload, at, to) -> frames.add(new Seen(type, stream)));
        } catch (MalformedAnswer e) {
            throw new AssertionError(e);
        }
        return frames;
    }

    private static List<Integer> types(byte[] bytes, int from) {
        return seen(bytes, from).stream().map(Seen::type).toList();
    }

    private static List<Integer> streams(byte[] bytes) {
        return seen(bytes, 0).stream().map(Seen::stream).toList();
    }

    private static List<Integer> streamsOf(int type, byte[] bytes) {
        return seen(bytes, 0).stream()
                .filter(frame -> frame.type() == type)
                .map(Seen::stream)
                .toList();
    }
}
