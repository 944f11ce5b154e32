package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Both versions of HTTP get the same lines of a head.
class LineFilterTest {
    private static final HeaderEdits EDITS = new HeaderEdits(
            List.of(new ForwardedHeader(HeaderName.of("X-Set"), "new")),
            List.of(new ForwardedHeader(HeaderName.of("X-Add"), "more")),
            List.of(HeaderName.of("X-Gone")));

    static final List<HeaderEdits> EDITS_OF_RULES = List.of(HeaderEdits.NONE, EDITS);

    private static final String LINES = String.join(
            "\r\n",
            "Date: now",
            "Connection: x-hop, close",
            "X-Hop: 1",
            "x-set: old",
            "X-Gone: 1",
            "Keep-Alive: 1",
            "x-add: one",
            "TE: gzip",
            "x-gone: 2",
            "X-Stay: yes",
            "");

    @ParameterizedTest
    @FieldSource("EDITS_OF_RULES")
    void eachLineIsTheOneThatIsCopied(HeaderEdits edits) {
        FieldLines fields = parsed(LINES);
        StringBuilder each = new StringBuilder();
        AnswerLines.FORWARDED.each(fields, edits, new LineFilter.Taker() {
            @Override
            public void line(FieldLines lines, int line) {
                each.append(lines.nameText(line))
                        .append(": ")
                        .append(lines.valueText(line))
                        .append("\r\n");
            }

            @Override
            public void edit(ForwardedHeader header) {
                each.append(header.name().text())
                        .append(": ")
                        .append(header.value())
                        .append("\r\n");
            }
        });
        assertThat(each).hasToString(copied(fields, edits));
    }

    @Test
    void hopByHopLinesStayBehindAndEditsAreMade() {
        assertThat(copied(parsed(LINES), EDITS))
                .isEqualTo("Date: now\r\nx-add: one\r\nX-Stay: yes\r\nx-set: new\r\nx-add: more\r\n");
    }

    private static FieldLines parsed(String lines) {
        FieldLines fields = new FieldLines(100);
        byte[] bytes = (lines + "\r\n").getBytes(StandardCharsets.US_ASCII);
        fields.append(bytes, 0, bytes.length);
        assertThat(fields.parse(0)).isEqualTo(bytes.length);
        return fields;
    }

    private static String copied(FieldLines fields, HeaderEdits edits) {
        ByteBuf out = Unpooled.buffer();
        AnswerLines.FORWARDED.copy(fields, edits, out);
        return out.toString(StandardCharsets.US_ASCII);
    }
}
