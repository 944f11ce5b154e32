package io.forebay.gateway.http;

import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes the answers of one HTTP/1.1 connection: heads (RFC 9112 section 4), and bodies that end by their length, by
/// chunks, or with the connection (section 6). Used on the connection's loop only.
final class Http1AnswerWriter {
    private static final byte[][] STATUS_LINES = statusLines();
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
    private static final byte[] SWITCH = ascii("connection: upgrade\r\nupgrade: ");
    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final int OWN_BYTES_MAX = 256;

    private final Outgoing outgoing;
    private final Exchange exchange;
    private boolean isChunked;
    private boolean isUntilClose;

    /// @param exchange the connection's, whose answers are written one after the other
    Http1AnswerWriter(Outgoing outgoing, Exchange exchange) {
        this.outgoing = outgoing;
        this.exchange = exchange;
    }

    private static byte[][] statusLines() {
        byte[][] lines = new byte[600][];
        for (int code = 100; code < lines.length; code++) {
            lines[code] = ascii(
                    "HTTP/1.1 " + code + " " + HttpResponseStatus.valueOf(code).reasonPhrase() + "\r\n");
        }
        return lines;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// A 1xx answer; HTTP/1.0 knows none.
    void interim(ResponseHead head) {
        if (exchange.head().minorVersion() == 1) {
            ByteBuf out = outgoing.room(OWN_BYTES_MAX + LineFilter.bytesMax(head.fields(), HeaderEdits.NONE));
            out.writeBytes(STATUS_LINES[head.status()]);
            AnswerLines.INTERIM.copy(head.fields(), HeaderEdits.NONE, out);
            out.writeShort('\r' << 8 | '\n');
        }
    }

    void proceed() {
        outgoing.room(CONTINUE.length).writeBytes(CONTINUE);
    }

    /// The head of the final answer, which decides how its body is framed.
    ///
    /// @param closes whether the connection closes after the answer
    /// @return the same, or true when only that can end the body
    boolean head(ResponseHead head, boolean hasBody, boolean closes) {
        RequestHead request = exchange.head();
        boolean hasLength = head.contentLength() >= 0 || head.isBodyless() || request.isHead();
        isChunked = !hasLength && hasBody && request.minorVersion() == 1;
        isUntilClose = !hasLength && hasBody && !isChunked;
        if (!hasLength && !hasBody) {
            head.contentLength(0);
        }
        boolean isLast = closes || isUntilClose;
        ByteBuf out = lines(head);
        if (isChunked) {
            out.writeBytes(CHUNKED);
        }
        if (isLast) {
            out.writeBytes(CLOSE);
        } else if (request.minorVersion() == 0) {
            out.writeBytes(KEEP_ALIVE);
        }
        out.writeShort('\r' << 8 | '\n');
        return isLast;
    }

    /// 101 (Switching Protocols): what follows is not HTTP's, and ends with the connection.
    void switchProtocols(ResponseHead head) {
        isChunked = false;
        isUntilClose = true;
        String protocol = head.text(KnownHeader.UPGRADE);
        ByteBuf out = lines(head);
        out.writeBytes(SWITCH);
        out.writeBytes(ascii(protocol == null ? "" : protocol));
        out.writeInt('\r' << 24 | '\n' << 16 | '\r' << 8 | '\n');
    }

    private ByteBuf lines(ResponseHead head) {
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
        return out;
    }

    /// The next `bytes` bytes of `in`.
    void body(ByteBuf in, int bytes) {
        if (isChunked) {
            Chunks.data(outgoing, in, bytes);
        } else {
            outgoing.append(in, bytes);
        }
    }

    void end(@Nullable FieldLines trailers) {
        if (isChunked) {
            Chunks.end(outgoing, trailers, AnswerLines.edits(exchange));
        }
    }

    /// Whether the client takes the end of the connection for the end of the body.
    boolean isUntilClose() {
        return isUntilClose;
    }
}
