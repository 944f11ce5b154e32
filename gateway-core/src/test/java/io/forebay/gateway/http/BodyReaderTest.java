package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Bodies and their framing, cut at every byte boundary: where the network cuts must not matter.
class BodyReaderTest {
    /// What came out of a reader.
    ///
    /// @param trailers null before the end of the body
    /// @param left what was not the body's
    record Outcome(
            String body,
            @Nullable List<String> trailers,
            String left,
            @Nullable Malformed malformed) {}

    private static Arguments whole(String message, String body, List<String> trailers, String left) {
        return arguments(message, new Outcome(body, trailers, left, null));
    }

    private static Arguments broken(String message, String body, Malformed reason) {
        return arguments(message, new Outcome(body, null, "", reason));
    }

    private static Arguments unfinished(String message, String body) {
        return arguments(message, new Outcome(body, null, "", null));
    }

    static Stream<Arguments> chunked() {
        return Stream.of(
                whole("0\r\n\r\n", "", List.of(), ""),
                whole("3\r\nabc\r\n0\r\n\r\n", "abc", List.of(), ""),
                whole("3\r\nabc\r\n0\r\n\r\nGET /", "abc", List.of(), "GET /"),
                whole("A\r\n0123456789\r\na\r\n0123456789\r\n00\r\n\r\nx", "01234567890123456789", List.of(), "x"),
                whole("0003;q=1;w=\"x\"\r\na\r\n\r\n0;z\r\n\r\n", "a\r\n", List.of(), ""),
                whole("1;\r\na\r\n0\r\n\r\n", "a", List.of(), ""),
                whole("1\r\na\r\n0\r\nX: 1\r\nY:2 \r\n\r\nrest", "a", List.of("X: 1", "Y: 2"), "rest"),
                unfinished("5\r\nabc", "abc"),
                unfinished("3\r\nabc\r\n", "abc"),
                unfinished("3\r\nabc\r\n0\r\n", "abc"),
                unfinished("3\r\nabc\r\n0\r\nX: 1\r\n", "abc"),
                unfinished("fffffffffffffff\r\nabc", "abc"),
                broken("1\r\na\r\n\r\n", "a", Malformed.CHUNK_SIZE),
                broken("1\r\nab\r\n", "a", Malformed.CHUNK_END),
                broken("1\r\na\rb", "a", Malformed.CHUNK_END),
                broken("1\r\na\r\ng", "a", Malformed.CHUNK_SIZE),
                broken("1\r\na\r\n1 ", "a", Malformed.CHUNK_SIZE),
                broken("1\r\na\r\n1\n", "a", Malformed.CHUNK_SIZE),
                broken("1\r\na\r\n1\rx", "a", Malformed.CHUNK_SIZE),
                broken("1\r\na\r\n1;\u0001", "a", Malformed.CHUNK_SIZE),
                broken("1\r\na\r\n0000000000000001", "a", Malformed.CHUNK_SIZE),
                broken("1\r\na\r\n0\r\nX Y: 1\r\n\r\n", "a", Malformed.TRAILER));
    }

    @ParameterizedTest
    @MethodSource("chunked")
    void chunksAreReadAlikeWhereverTheyAreCut(String message, Outcome expected) {
        assertThat(read(message, 0, message.length())).as("whole").isEqualTo(expected);
        for (int cut = 1; cut < message.length(); cut++) {
            assertThat(read(message, 0, cut, message.length()))
                    .as("cut at " + cut)
                    .isEqualTo(expected);
        }
        int[] bytes = new int[message.length() + 1];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = i;
        }
        assertThat(read(message, bytes)).as("byte by byte").isEqualTo(expected);
    }

    @Test
    void knownLengthEndsWithItsLastByte() {
        BodyReader reader = new BodyReader();
        reader.length(3);
        assertThat(read(reader, "abcdef", 0, 1, 2, 6)).isEqualTo(new Outcome("abc", List.of(), "def", null));
        assertThat(reader.isDone()).isTrue();
        reader.length(0);
        assertThat(reader.isDone()).isTrue();
    }

    @Test
    void answerWithoutLengthEndsWithItsConnection() {
        BodyReader reader = new BodyReader();
        reader.untilClose();
        assertThat(read(reader, "abc0\r\n\r\n", 0, 4, 8)).isEqualTo(new Outcome("abc0\r\n\r\n", null, "", null));
        assertThat(reader.endsWithConnection()).isTrue();
    }

    @Test
    void readerForgetsTheTrailersOfTheBodyBefore() {
        BodyReader reader = new BodyReader();
        reader.chunked();
        read(reader, "0\r\nX: 1\r\n\r\n", 0, 11);
        reader.chunked();
        assertThat(read(reader, "0\r\n\r\n", 0, 5)).isEqualTo(new Outcome("", List.of(), "", null));
    }

    private static Outcome read(String message, int... cuts) {
        BodyReader reader = new BodyReader();
        reader.chunked();
        return read(reader, message, cuts);
    }

    private static Outcome read(BodyReader reader, String message, int... cuts) {
        StringBuilder body = new StringBuilder();
        List<List<String>> ends = new java.util.ArrayList<>();
        BodySink sink = new BodySink() {
            @Override
            public void onBody(ByteBuf in, int bytes) {
                assertThat(bytes).as("never none").isPositive();
                assertThat(ends).as("nothing after the end").isEmpty();
                body.append(in.readString(bytes, StandardCharsets.ISO_8859_1));
            }

            @Override
            public void onBodyEnd(@Nullable FieldLines trailers) {
                assertThat(ends).as("one end").isEmpty();
                ends.add(trailers == null ? List.of() : TestOrigin.lines(trailers));
            }
        };
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        StringBuilder left = new StringBuilder();
        Malformed malformed = null;
        for (int i = 1; i < cuts.length && malformed == null; i++) {
            ByteBuf in = Unpooled.buffer().writeBytes(bytes, cuts[i - 1], cuts[i] - cuts[i - 1]);
            boolean isSound = reader.read(in, sink);
            if (!isSound) {
                malformed = reader.malformed();
            } else {
                left.append(in.toString(StandardCharsets.ISO_8859_1));
            }
            assertThat(in.refCnt()).as("no slice is kept").isEqualTo(1);
            in.release();
        }
        return new Outcome(body.toString(), ends.isEmpty() ? null : ends.getFirst(), left.toString(), malformed);
    }
}
