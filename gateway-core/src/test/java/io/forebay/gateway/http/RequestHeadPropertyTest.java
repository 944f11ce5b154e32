package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ByteSpan;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The head parser against a naive reader of the same grammar: on heads broken in random places both accept or both
/// refuse, and what they accept they read alike, in however many pieces it comes.
class RequestHeadPropertyTest {
    private static final long SEED = Long.getLong("forebay.test.seed", 20_261_123L);
    private static final int HEADS = 60_000;
    private static final String FOLLOWS = "GET /next HTTP/1.1\r\nHost: n\r\n\r\n";

    private static final String[] VALID = {
        "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n",
        "GET /a/b/../c?x=1&y=%20 HTTP/1.1\r\nhost: Shop.Example:8443\r\nAccept: */*\r\n\r\n",
        "\r\nHEAD /menu HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, x-one\r\nX-One: 1\r\n\r\n",
        "POST /orders HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 12\r\nContent-Type: text/plain\r\n\r\n",
        "POST /orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
        "PUT http://other.example/%7Euser/./x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x.y.z\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nCookie: a=b; c=d\r\n\r\n",
        "GET /x HTTP/1.0\r\nConnection: close\r\n\r\n",
        "DELETE //a//b/ HTTP/1.1\r\nHost: a\r\nX-Long: " + "v".repeat(300) + "\r\nVia: 1.1 x\r\n\r\n",
        "GET /caf%C3%A9?q#nope HTTP/1.1\r\nHost: a\r\n\r\n",
    };

    private static final String[] PIECES = {
        "\r",
        "\n",
        "\r\n",
        "\r\n\r\n",
        "\r\n ",
        "\r\n\t",
        " ",
        "\t",
        "\0",
        "\u007f",
        "\u0080",
        "\u00e9",
        ":",
        ",",
        ";",
        "_",
        "%",
        "%2F",
        "%2e",
        "%2E%2e",
        "%5c",
        "%00",
        "%41",
        "%3a",
        "%3B",
        "%7c",
        "%25",
        "%zz",
        "/",
        "//",
        "/./",
        "/../",
        "/..",
        "?",
        "#",
        "\\",
        "*",
        "@",
        "[",
        "]",
        "http://",
        "https://h",
        "HTTP/1.0",
        "HTTP/1.1",
        "HTTP/2.0",
        "GET ",
        "CONNECT ",
        "OPTIONS ",
        "Host: b\r\n",
        "Host : b\r\n",
        "Content-Length: 3\r\n",
        "Content-Length: 03\r\n",
        "Content-Length: +3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "transfer-encoding:\tCHUNKED \r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Connection: close\r\n",
        "Connection: Host\r\n",
        "Expect: 100-Continue\r\n",
        "Expect: x\r\n",
        "Authorization: a\r\n",
        "X:\r\n",
        "X: \r\n",
        ": v\r\n",
        "X_Y: 1\r\n",
        "0",
        "9",
        "a",
        "Z",
        "-",
        ".",
        "\u00ff",
    };

    @Test
    void brokenHeadsAreReadAsTheNaiveReaderReadsThem() {
        Random random = new Random(SEED);
        int accepted = 0;
        for (int i = 0; i < HEADS; i++) {
            String text = mutated(VALID[random.nextInt(VALID.length)], random) + FOLLOWS;
            NaiveHeadReader.Head expected = NaiveHeadReader.read(text);
            String shown = "seed " + SEED + ", head " + i + ": "
                    + text.replace("\r", "<CR>").replace("\n", "<LF>");
            assertThat(read(text, List.of(text.length()))).as(shown).isEqualTo(expected);
            if (expected != null) {
                accepted++;
                assertThat(read(text, cuts(text.length(), random)))
                        .as("in pieces, " + shown)
                        .isEqualTo(expected);
            }
        }
        assertThat(accepted).as("the mutations leave enough to accept").isBetween(HEADS / 10, HEADS * 9 / 10);
    }

    @Test
    void validHeadsAreReadAlikeWhereverTheyAreCut() {
        for (String text : VALID) {
            NaiveHeadReader.Head expected = NaiveHeadReader.read(text);
            for (int cut = 1; cut < text.length(); cut++) {
                assertThat(read(text, List.of(cut, text.length())))
                        .as(text + " cut at " + cut)
                        .isEqualTo(expected);
            }
        }
    }

    private static String mutated(String head, Random random) {
        StringBuilder text = new StringBuilder(head);
        int mutations = 1 + random.nextInt(3);
        for (int i = 0; i < mutations; i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.setCharAt(at, (char) random.nextInt(256));
                case 2 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 3 -> {
                    String piece = PIECES[random.nextInt(PIECES.length)];
                    text.replace(at, Math.min(text.length(), at + piece.length()), piece);
                }
                default -> {
                    int line = text.indexOf("\r\n", at);
                    text.insert(line < 0 ? at : line + 2, PIECES[random.nextInt(PIECES.length)]);
                }
            }
        }
        return text.toString();
    }

    private static List<Integer> cuts(int length, Random random) {
        List<Integer> cuts = new ArrayList<>();
        int at = 0;
        while (at < length) {
            at = Math.min(length, at + 1 + random.nextInt(40));
            cuts.add(at);
        }
        return cuts;
    }

    /// What our parser makes of the text when it comes in pieces that end at `cuts`; null when it does not accept it.
    private static NaiveHeadReader.@Nullable Head read(String text, List<Integer> cuts) {
        RequestHead head = new RequestHead();
        head.clear();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int from = 0;
        for (int to : cuts) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes, from, to - from);
            int end = head.read(in);
            if (end >= 0) {
                assertThat(from + in.readerIndex()).as("where the body begins").isEqualTo(end);
                return described(head, end);
            }
            if (end == FieldLines.MALFORMED) {
                assertThat(head.fields().malformed().status()).isBetween(400, 505);
                return null;
            }
            assertThat(in.isReadable())
                    .as("all bytes are taken while the head is incomplete")
                    .isFalse();
            from = to;
        }
        return null;
    }

    private static NaiveHeadReader.Head described(RequestHead head, int end) {
        FieldLines fields = head.fields();
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < fields.count(); line++) {
            lines.add(fields.nameText(line).toLowerCase(Locale.ROOT) + ": " + fields.valueText(line));
        }
        return new NaiveHeadReader.Head(
                end,
                head.text(head.method()),
                head.text(head.path()),
                ByteSpan.isPresent(head.query()) ? head.text(head.query()) : null,
                head.text(head.host()),
                lines,
                head.isChunked(),
                head.contentLength(),
                head.isKeepAlive());
    }
}
