package io.forebay.gateway.http;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns a decoded HTTP/2 field section into the same request head or trailer lines that HTTP/1.1 bytes give, under the
/// same grammar: what may not stand on an HTTP/1.1 line must not reach one (RFC 9113 sections 8.2, 8.3 and 10.3).
final class Http2RequestReader {
    private static final long CONNECTION_SPECIFIC = FieldLines.mask(
            KnownHeader.CONNECTION,
            KnownHeader.KEEP_ALIVE,
            KnownHeader.PROXY_CONNECTION,
            KnownHeader.TRANSFER_ENCODING,
            KnownHeader.UPGRADE);
    private static final AsciiString COOKIE = AsciiString.cached("cookie");
    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final int TRAILER_LINES_MAX = 32;

    private Http2RequestReader() {}

    /// Fills `head`.
    ///
    /// @param isWhole whether the request has no body
    /// @return what is wrong with it, or null
    static @Nullable Malformed read(Http2Headers headers, boolean isWhole, RequestHead head) {
        CharSequence method = headers.method();
        if (method != null && CONNECT.contentEquals(method)) {
            return Malformed.METHOD_NOT_SUPPORTED;
        }
        CharSequence scheme = headers.scheme();
        CharSequence path = headers.path();
        if (method == null || scheme == null || path == null || !isHttp(scheme)) {
            return Malformed.PSEUDO_FIELD;
        }
        if (!isPath(path)) {
            return Malformed.TARGET;
        }
        CharSequence authority = headers.authority();
        head.begin(method, path, authority == null ? "" : authority);
        Malformed problem = lines(headers, head);
        if (problem == null) {
            problem = check(head);
        }
        if (problem != null) {
            return problem;
        }
        head.chunked(!isWhole && !head.fields().has(KnownHeader.CONTENT_LENGTH));
        return head.complete();
    }

    private static boolean isHttp(CharSequence scheme) {
        return HTTPS.contentEqualsIgnoreCase(scheme) || HTTP.contentEqualsIgnoreCase(scheme);
    }

    /// Origin-form, or the asterisk whose method is checked later; never the absolute form of HTTP/1.1.
    private static boolean isPath(CharSequence path) {
        return !path.isEmpty() && (path.charAt(0) == '/' || (path.length() == 1 && path.charAt(0) == '*'));
    }

    private static @Nullable Malformed lines(Http2Headers headers, RequestHead head) {
        StringBuilder cookies = null;
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            CharSequence name = field.getKey();
            if (!name.isEmpty() && name.charAt(0) == ':') {
                if (!isExpectedPseudoField(name)) {
                    return Malformed.PSEUDO_FIELD;
                }
            } else if (COOKIE.contentEquals(name)) {
                cookies = cookies == null ? new StringBuilder() : cookies.append("; ");
                cookies.append(field.getValue());
            } else if (!head.add(name, field.getValue())) {
                return full(head);
            }
        }
        return cookies == null || head.add(COOKIE, cookies) ? null : full(head);
    }

    private static Malformed full(RequestHead head) {
        return head.fields().count() == RequestHead.LINES_MAX ? Malformed.HEADERS_TOO_MANY : Malformed.HEAD_TOO_LARGE;
    }

    private static boolean isExpectedPseudoField(CharSequence name) {
        return Http2Headers.PseudoHeaderName.METHOD.value().contentEquals(name)
                || Http2Headers.PseudoHeaderName.SCHEME.value().contentEquals(name)
                || Http2Headers.PseudoHeaderName.PATH.value().contentEquals(name)
                || Http2Headers.PseudoHeaderName.AUTHORITY.value().contentEquals(name);
    }

    private static @Nullable Malformed check(RequestHead head) {
        FieldLines fields = head.fields();
        Malformed problem = grammar(fields);
        if (problem != null) {
            return problem;
        }
        if (fields.hasAny(CONNECTION_SPECIFIC)) {
            return Malformed.CONNECTION_FIELD;
        }
        String te = fields.joined(KnownHeader.TE);
        if (te != null && !te.equals("trailers")) {
            return Malformed.CONNECTION_FIELD;
        }
        return isHostContradicted(head) ? Malformed.HOST : null;
    }

    /// Whether `host` and `:authority` name two different entities (RFC 9113 section 8.3.1).
    private static boolean isHostContradicted(RequestHead head) {
        FieldLines fields = head.fields();
        int line = fields.lineOf(KnownHeader.HOST);
        int size = head.authorityEnd - head.authorityStart;
        if (line < 0 || size == 0) {
            return false;
        }
        return !fields.valueText(line).equalsIgnoreCase(fields.text(head.authorityStart, head.authorityEnd));
    }

    private static @Nullable Malformed grammar(FieldLines fields) {
        byte[] bytes = fields.bytes();
        for (int line = 0; line < fields.count(); line++) {
            Malformed problem = name(bytes, fields.nameStart(line), fields.nameEnd(line));
            if (problem == null) {
                problem = value(bytes, fields.valueStart(line), fields.valueEnd(line));
            }
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable Malformed name(byte[] bytes, int from, int to) {
        if (from == to) {
            return Malformed.HEADER_NAME;
        }
        for (int p = from; p < to; p++) {
            byte b = bytes[p];
            if (!Grammar.isToken(b) || (b >= 'A' && b <= 'Z')) {
                return Malformed.HEADER_NAME;
            }
            if (b == '_') {
                return Malformed.HEADER_UNDERSCORE;
            }
        }
        return null;
    }

    private static @Nullable Malformed value(byte[] bytes, int from, int to) {
        boolean isPadded = from < to && (isBlank(bytes[from]) || isBlank(bytes[to - 1]));
        return isPadded || Grammar.controlAt(bytes, from, to) != to ? Malformed.HEADER_VALUE : null;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /// The lines of a trailer section, or null when it is not to be trusted.
    static @Nullable FieldLines trailers(Http2Headers headers) {
        FieldLines lines = new FieldLines(TRAILER_LINES_MAX);
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            if (!lines.appendLine(field.getKey(), field.getValue())) {
                return null;
            }
        }
        return grammar(lines) == null ? lines : null;
    }
}
