package io.forebay.gateway.http;

import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/// Writes the heads of answers to HTTP/1.1 clients (RFC 9112 sections 4 and 6).
final class Http1AnswerWriter {
    private static final byte[][] STATUS_LINES = statusLines();
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
    private static final int OWN_BYTES_MAX = 256;

    /// How the connection goes on after the answer.
    enum Persistence {
        /// HTTP/1.1's default: nothing is said.
        STAYS,
        /// An HTTP/1.0 client asked for it.
        STAYS_SAID,
        CLOSES,
    }

    private Http1AnswerWriter() {}

    private static byte[][] statusLines() {
        byte[][] lines = new byte[600][];
        for (int code = 100; code < lines.length; code++) {
            lines[code] = ascii(
                    "HTTP/1.1 " + code + " " + HttpResponseStatus.valueOf(code).reasonPhrase() + "\r\n");
        }
        return lines;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static void interim(Outgoing outgoing, ResponseHead head) {
        ByteBuf out = outgoing.room(OWN_BYTES_MAX + LineFilter.bytesMax(head.fields(), HeaderEdits.NONE));
        out.writeBytes(STATUS_LINES[head.status()]);
        AnswerLines.FORWARDED.copy(head.fields(), HeaderEdits.NONE, out);
        out.writeShort('\r' << 8 | '\n');
    }

    /// @param isChunked whether the body is sent in chunks
    static void head(
            Outgoing outgoing, Exchange exchange, ResponseHead head, boolean isChunked, Persistence persistence) {
        HeaderEdits edits = AnswerLines.edits(exchange);
        FieldLines own = exchange.answerLines();
        FieldLines fields = head.fields();
        int known = Math.clamp(head.contentLength(), 0, 4096);
        ByteBuf out = outgoing.room(OWN_BYTES_MAX + known + LineFilter.bytesMax(fields, edits) + own.length());
        out.writeBytes(STATUS_LINES[head.status()]);
        AnswerLines.FORWARDED.copy(fields, edits, out);
        AnswerLines.FORWARDED.copyKept(own, edits, out);
        if (AnswerLines.needsDate(head, edits)) {
            out.writeBytes(exchange.loop().date().line(System.currentTimeMillis()));
        }
        if (isChunked) {
            out.writeBytes(CHUNKED);
        }
        switch (persistence) {
            case STAYS -> {}
            case STAYS_SAID -> out.writeBytes(KEEP_ALIVE);
            case CLOSES -> out.writeBytes(CLOSE);
        }
        out.writeShort('\r' << 8 | '\n');
    }
}
