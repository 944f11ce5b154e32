package io.forebay.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerParserTest {
    private final AnswerParser parser = new AnswerParser();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\ncontent-length:5\r\nX: y\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nT: v\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
                "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi"
            })
    void anAnswerEndsAtItsLastByteHoweverItIsCut(String answer) throws MalformedAnswer {
        byte[] bytes = answer.getBytes(US_ASCII);
        for (int cut = 0; cut <= bytes.length; cut++) {
            parser.begin(false);
            parser.feed(bytes, 0, cut);
            assertThat(parser.isDone()).isEqualTo(cut == bytes.length);
            parser.feed(bytes, cut, bytes.length);
            assertThat(parser.isDone()).isTrue();
            assertThat(parser.status()).isEqualTo(200);
            assertThat(parser.isLast()).isFalse();
        }
        parser.begin(false);
        for (int i = 0; i < bytes.length; i++) {
            assertThat(parser.isDone()).isFalse();
            parser.feed(bytes, i, i + 1);
        }
        assertThat(parser.isDone()).isTrue();
    }

    @Test
    void answersWithoutBodyEndWithTheirHead() throws MalformedAnswer {
        for (String head : new String[] {
            "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n"
        }) {
            feed(head, false);
            assertThat(parser.isDone()).isTrue();
        }
        feed("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", true);
        assertThat(parser.isDone()).isTrue();
    }

    @Test
    void aConnectionEndsWithCloseWithHttp10AndWithAnUnsizedBody() throws MalformedAnswer {
        feed("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n", false);
        assertThat(parser.isLast()).isTrue();
        feed("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false);
        assertThat(parser.isLast()).isTrue();
        feed("HTTP/1.1 200 OK\r\n\r\nsome", false);
        assertThat(parser.isDone()).isFalse();
        assertThat(parser.end()).isTrue();
        assertThat(parser.isLast()).isTrue();
    }

    @Test
    void bodyBytesMayBeSkippedUnseen() throws MalformedAnswer {
        feed("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n12345", false);
        assertThat(parser.skippable()).isEqualTo(99_995);
        parser.skip(99_994);
        assertThat(parser.isDone()).isFalse();
        parser.skip(1);
        assertThat(parser.isDone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2 xxxx\r\n\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"
            })
    void whatCannotBeFollowedIsMalformed(String answer) {
        assertThatThrownBy(() -> feed(answer, false)).isInstanceOf(MalformedAnswer.class);
    }

    @Test
    void aHeadWithoutEndIsMalformed() {
        byte[] filler = "x".repeat(40_000).getBytes(US_ASCII);
        parser.begin(false);
        assertThatThrownBy(() -> {
                    parser.feed(filler, 0, filler.length);
                    parser.feed(filler, 0, filler.length);
                })
                .isInstanceOf(MalformedAnswer.class);
    }

    private void feed(String answer, boolean isHead) throws MalformedAnswer {
        byte[] bytes = answer.getBytes(US_ASCII);
        parser.begin(isHead);
        parser.feed(bytes, 0, bytes.length);
    }
}
