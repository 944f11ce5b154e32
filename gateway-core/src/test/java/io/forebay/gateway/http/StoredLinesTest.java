package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class StoredLinesTest {
    private static byte[] kept(String lines) {
        ResponseHead head = new ResponseHead();
        head.read(Unpooled.copiedBuffer("HTTP/1.1 200 OK\r\n" + lines + "\r\n", StandardCharsets.ISO_8859_1));
        return StoredLines.write(head.fields());
    }

    @Test
    void linesComeBackInTheirOrderWithTheirBytes() {
        ResponseHead again =
                StoredLines.read(kept("Set-Cookie: a=1\r\nX-Odd: \u00e9\r\nSet-Cookie: b=2\r\nX-Empty:\r\n"), 201);
        assertThat(again.status()).isEqualTo(201);
        assertThat(TestOrigin.lines(again.fields()))
                .map(line -> line.toLowerCase(Locale.ROOT))
                .containsExactly("set-cookie: a=1", "x-odd: \u00e9", "set-cookie: b=2", "x-empty: ");
    }

    @Test
    void lengthAndFieldsForOneHopAreNotKept() {
        String kept = new String(
                kept("Content-Length: 3\r\nConnection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nX-End: 1\r\n"),
                StandardCharsets.ISO_8859_1);
        assertThat(kept).isEqualTo("X-End: 1\r\n\r\n");
    }

    @Test
    void noLinesAreLinesToo() {
        assertThat(TestOrigin.lines(StoredLines.read(kept(""), 200).fields())).isEmpty();
    }

    @Test
    void otherBytesAreRefused() {
        for (String broken : new String[] {"", "x: 1\r\n", "x: 1\r\n\r\nmore", "no colon\r\n\r\n"}) {
            assertThatThrownBy(() -> StoredLines.read(broken.getBytes(StandardCharsets.US_ASCII), 200))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void gatewayHasRoomForLinesOfItsOwnBehindTheMostAnUpstreamMaySend() {
        ResponseHead again = StoredLines.read(kept("x: 1\r\n".repeat(ResponseHead.LINES_MAX)), 200);
        again.contentLength(3).add("location", "/here").add("vary", "Prefer");
        assertThat(again.fields().count()).isEqualTo(ResponseHead.LINES_MAX + 3);
    }
}
