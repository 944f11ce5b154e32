package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.HeaderName;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whatever the edges accept can be kept and read again, also at the edges' limits and with all that is added to it.
class StoredHeadPropertyTest {
    private static final long SEED = Long.getLong("forebay.test.seed", 20_261_124L);
    private static final int HEADS = 4_000;
    private static final int CLAIMS_MAX = 16;
    private static final String[] METHODS = {"GET", "POST", "PUT", "DELETE", "OPTIONS", "REPORT"};
    private static final String[] TARGETS = {
        "/", "/a/b/../c?x=1&y=%20", "/%7Euser//./x", "/caf%C3%A9?", "/a%2541?a%2541", "http://other.example/p?q", "*"
    };
    private static final String[] HOSTS = {"shop.example", "Shop.Example:8443", "[::1]:80", "a"};
    private static final String[] NAMES = {
        "Accept",
        "X-One",
        "x-two",
        "Cookie",
        "Via",
        "X-Forwarded-For",
        "Forebay-Priority",
        "x-claim",
        "Prefer",
        "Idempotency-Key",
        "Proxy-Authorization",
        "Keep-Alive",
        "Date",
        "!#$%&'*+.^`|~-",
    };
    private static final String[] KEPT_NAMES = {"accept", "x-one", "X-Forwarded-For"};
    private static final Set<String> NOT_KEPT = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "authorization",
            "cookie",
            "forebay-priority",
            "x-claim",
            "prefer",
            "idempotency-key",
            "proxy-authorization",
            "keep-alive",
            "traceparent");
    private static final List<HeaderName> CLAIM_HEADERS = List.of(HeaderName.of("x-claim"));

    private final Random random = new Random(SEED);
    private final LoopContext loop =
            new LoopContext(0, new EmbeddedChannel().eventLoop(), UnpooledByteBufAllocator.DEFAULT, SEED);
    private final RequestHead head = new RequestHead();
    private String[] names = NAMES;
    private int accepted;
    private int withMoreLines;
    private int withMoreBytes;
    private int withoutHost;

    @Test
    void acceptedHeadsAreReadAgainAsTheyWere() {
        for (int i = 0; i < HEADS; i++) {
            names = random.nextInt(4) == 0 ? KEPT_NAMES : NAMES;
            if (random.nextBoolean() ? acceptsText() : acceptsLines()) {
                accepted++;
                check("seed " + SEED + ", head " + i);
            }
        }
        assertThat(accepted).isGreaterThan(HEADS / 3);
        assertThat(withMoreLines).as("longer than a client's").isPositive();
        assertThat(withMoreBytes).as("larger than a client's").isPositive();
        assertThat(withoutHost).isPositive();
    }

    private boolean acceptsText() {
        boolean isHttp10 = random.nextInt(4) == 0;
        StringBuilder text = new StringBuilder(any(METHODS))
                .append(' ')
                .append(any(TARGETS))
                .append(isHttp10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        int lines = lines();
        if (!isHttp10 || random.nextBoolean()) {
            text.append("Host:").append(any(HOSTS)).append("\r\n");
            lines--;
        }
        if (lines > 0 && random.nextBoolean()) {
            text.append(isHttp10 || random.nextBoolean() ? "Content-Length: 3\r\n" : "Transfer-Encoding: chunked\r\n");
            lines--;
        }
        int valueBytesMax = valueBytesMax(lines);
        for (int line = 0; line < lines; line++) {
            text.append(name(line)).append(':').append(value(valueBytesMax)).append("\r\n");
        }
        head.clear();
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        return head.read(Unpooled.wrappedBuffer(bytes)) > 0;
    }

    /// As the HTTP/2 edge fills it.
    private boolean acceptsLines() {
        head.begin(any(METHODS), any(TARGETS), any(HOSTS));
        int lines = lines();
        int valueBytesMax = valueBytesMax(lines);
        for (int line = 0; line < lines; line++) {
            if (!head.add(name(line).toLowerCase(Locale.ROOT), value(valueBytesMax))) {
                return false;
            }
        }
        return head.complete() == null;
    }

    /// Often the limit.
    private int lines() {
        return random.nextInt(3) == 0 ? RequestHead.LINES_MAX : random.nextInt(RequestHead.LINES_MAX + 1);
    }

    /// Often so much that the head is about as large as it may be.
    private int valueBytesMax(int lines) {
        return random.nextInt(3) == 0 && lines > 0 ? 2 * (RequestHead.HEAD_BYTES_MAX / lines - 16) : 40;
    }

    /// Credentials stand on one line at most, or the head is refused.
    private String name(int line) {
        return line == 0 && random.nextInt(3) == 0 ? "Authorization" : any(names);
    }

    private String value(int bytesMax) {
        int size = random.nextInt(Math.max(1, bytesMax));
        StringBuilder value = new StringBuilder(size);
        for (int i = 0; i < size; i++) {
            boolean isInside = i > 0 && i < size - 1;
            value.append(isInside && random.nextInt(9) == 0 ? ' ' : random.nextInt(9) == 0 ? '\u00e9' : 'v');
        }
        return value.toString();
    }

    private String any(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private void check(String shown) {
        TraceContext trace = new TraceContext();
        trace.start(head, loop);
        List<String> claims = new ArrayList<>();
        for (int i = random.nextInt(CLAIMS_MAX + 1); i > 0; i--) {
            claims.add("x-claim: " + value(100));
        }
        String claimLines =
                String.join("", claims.stream().map(claim -> claim + "\r\n").toList());
        int bodyBytes = random.nextInt(3);
        byte[] stored = StoredHead.write(head, trace, CLAIM_HEADERS, claimLines, false, false, bodyBytes)
                .getBytes(StandardCharsets.ISO_8859_1);

        RequestHead again = StoredHead.read(stored);

        assertThat(again.text(again.method())).as(shown).isEqualTo(head.text(head.method()));
        assertThat(again.text(again.path())).as(shown).isEqualTo(head.text(head.path()));
        assertThat(query(again)).as(shown).isEqualTo(query(head));
        assertThat(again.text(again.host())).as(shown).isEqualTo(head.text(head.host()));
        assertThat(again.text(again.authority())).as(shown).isEqualTo(head.text(head.authority()));
        assertThat(again.contentLength()).as(shown).isEqualTo(bodyBytes);
        List<String> expected = kept(head);
        expected.addAll(claims);
        List<String> found = kept(again);
        found.addAll(claims(again));
        assertThat(found).as(shown).isEqualTo(expected);
        withMoreLines += again.fields().count() > RequestHead.LINES_MAX ? 1 : 0;
        withMoreBytes += stored.length > RequestHead.HEAD_BYTES_MAX ? 1 : 0;
        withoutHost += head.text(head.authority()).isEmpty() ? 1 : 0;
    }

    private static @Nullable String query(RequestHead head) {
        return head.query() == io.forebay.policy.ByteSpan.ABSENT ? null : head.text(head.query());
    }

    private static List<String> kept(RequestHead head) {
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < head.fields().count(); line++) {
            if (!NOT_KEPT.contains(head.fields().nameText(line).toLowerCase(Locale.ROOT))) {
                lines.add(head.fields().nameText(line) + ": " + head.fields().valueText(line));
            }
        }
        return lines;
    }

    private static List<String> claims(RequestHead head) {
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < head.fields().count(); line++) {
            if (head.fields().nameText(line).equals("x-claim")) {
                lines.add("x-claim: " + head.fields().valueText(line));
            }
        }
        return lines;
    }
}
