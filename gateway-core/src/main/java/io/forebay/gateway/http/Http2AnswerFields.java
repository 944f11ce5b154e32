package io.forebay.gateway.http;

import io.forebay.policy.route.HeaderEdits;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/// Makes the field sections of answers to HTTP/2 clients: the lines that an HTTP/1.1 client gets. One a connection, on
/// its loop.
final class Http2AnswerFields extends Http2FieldWriter {
    private static final AsciiString[] STATUS = statusTexts();
    private static final AsciiString WEBSOCKET_ACCEPT = AsciiString.cached("sec-websocket-accept");

    private @Nullable String lastDate;
    private AsciiString lastDateValue = AsciiString.EMPTY_STRING;

    private static AsciiString[] statusTexts() {
        AsciiString[] texts = new AsciiString[600];
        for (int code = 100; code < texts.length; code++) {
            texts[code] = AsciiString.cached(Integer.toString(code));
        }
        return texts;
    }

    /// The head of the final answer; valid until the next call.
    Http2Headers head(Exchange exchange, ResponseHead head) {
        begin().status(STATUS[head.status()]);
        HeaderEdits edits = AnswerLines.edits(exchange);
        AnswerLines.FORWARDED.each(head.fields(), edits, this);
        AnswerLines.FORWARDED.eachKept(exchange.answerLines(), edits, this);
        if (AnswerLines.needsDate(head, edits)) {
            section().add(name(KnownHeader.DATE), date(exchange));
        }
        return section();
    }

    /// The head of an answer that switches protocols (RFC 8441 section 5); valid until the next call.
    Http2Headers switched(Exchange exchange, ResponseHead head) {
        head(exchange, head).status(STATUS[200]).remove(WEBSOCKET_ACCEPT);
        return section();
    }

    /// The head of a 1xx answer; valid until the next call.
    Http2Headers interim(ResponseHead head) {
        begin().status(STATUS[head.status()]);
        AnswerLines.INTERIM.each(head.fields(), HeaderEdits.NONE, this);
        return section();
    }

    /// 100 (Continue); valid until the next call.
    Http2Headers proceed() {
        return begin().status(STATUS[100]);
    }

    private AsciiString date(Exchange exchange) {
        String value = exchange.loop().date().value(System.currentTimeMillis());
        if (!value.equals(lastDate)) {
            lastDate = value;
            lastDateValue = new AsciiString(value);
        }
        return lastDateValue;
    }
}
