package io.forebay.gateway.http;

import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.route.HeaderEdits;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Makes the field sections of answers to HTTP/2 clients: the lines that an HTTP/1.1 client gets, with names in lower
/// case. Values are copied, since the compression context keeps them longer than the head they come from. One a
/// connection, on its loop.
final class Http2AnswerFields implements LineFilter.Taker {
    private static final AsciiString[] STATUS = statusTexts();
    private static final AsciiString[] NAMES = names();
    private static final AsciiString DATE = AsciiString.cached("date");
    private static final int HEADERS_EXPECTED = 16;

    private Http2Headers into = new DefaultHttp2Headers(false, HEADERS_EXPECTED);
    private @Nullable String lastDate;
    private AsciiString lastDateValue = AsciiString.EMPTY_STRING;

    private static AsciiString[] statusTexts() {
        AsciiString[] texts = new AsciiString[600];
        for (int code = 100; code < texts.length; code++) {
            texts[code] = AsciiString.cached(Integer.toString(code));
        }
        return texts;
    }

    private static AsciiString[] names() {
        AsciiString[] names = new AsciiString[KnownHeader.COUNT];
        for (KnownHeader known : KnownHeader.values()) {
            names[known.index()] = AsciiString.cached(known.text());
        }
        return names;
    }

    /// The head of the final answer; valid until the next call.
    Http2Headers head(Exchange exchange, ResponseHead head) {
        begin(head);
        HeaderEdits edits = AnswerLines.edits(exchange);
        AnswerLines.FORWARDED.each(head.fields(), edits, this);
        AnswerLines.FORWARDED.eachKept(exchange.answerLines(), edits, this);
        if (AnswerLines.needsDate(head, edits)) {
            into.add(DATE, date(exchange));
        }
        return into;
    }

    /// The head of a 1xx answer; valid until the next call.
    Http2Headers interim(ResponseHead head) {
        begin(head);
        AnswerLines.FORWARDED.each(head.fields(), HeaderEdits.NONE, this);
        return into;
    }

    /// 100 (Continue); valid until the next call.
    Http2Headers proceed() {
        into.clear();
        return into.status(STATUS[100]);
    }

    /// The trailers that may be forwarded, which belong to the caller; null when none may.
    @Nullable
    Http2Headers trailers(FieldLines trailers, HeaderEdits edits) {
        Http2Headers heads = into;
        Http2Headers kept = new DefaultHttp2Headers(false, trailers.count());
        into = kept;
        for (int line = 0; line < trailers.count(); line++) {
            if (Chunks.isForwarded(trailers, line, edits)) {
                line(trailers, line);
            }
        }
        into = heads;
        return kept.isEmpty() ? null : kept;
    }

    private void begin(ResponseHead head) {
        into.clear();
        into.status(STATUS[head.status()]);
    }

    private AsciiString date(Exchange exchange) {
        String value = exchange.loop().date().value(System.currentTimeMillis());
        if (!value.equals(lastDate)) {
            lastDate = value;
            lastDateValue = new AsciiString(value);
        }
        return lastDateValue;
    }

    @Override
    public void line(FieldLines fields, int line) {
        int value = fields.valueStart(line);
        into.add(name(fields, line), new AsciiString(fields.bytes(), value, fields.valueEnd(line) - value, true));
    }

    private static AsciiString name(FieldLines fields, int line) {
        KnownHeader known = fields.known(line);
        return known == null ? new AsciiString(fields.nameText(line).toLowerCase(Locale.ROOT)) : NAMES[known.index()];
    }

    @Override
    public void edit(ForwardedHeader header) {
        into.add(
                new AsciiString(header.name().bytes(), false),
                new AsciiString(header.value().getBytes(StandardCharsets.UTF_8), false));
    }
}
