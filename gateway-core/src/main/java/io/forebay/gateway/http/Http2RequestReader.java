package io.forebay.gateway.http;

import io.netty.handler.codec.Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Turns a decoded field section of HTTP/2 or HTTP/3 into the same request head that HTTP/1.1 bytes give, under the
/// same grammar: what may not stand on an HTTP/1.1 line must not reach one (RFC 9113 sections 8.2, 8.3 and 10.3; RFC
/// 9114 sections 4.2, 4.3 and 10.3).
final class Http2RequestReader {
    private static final AsciiString COOKIE = AsciiString.cached("cookie");
    private static final AsciiString GET = AsciiString.cached("GET");
    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final int WEBSOCKET_KEY_BYTES = 16;

    private Http2RequestReader() {}

    /// Fills `head`.
    ///
    /// @param isWhole whether the request has no body
    /// @return what is wrong with it, or null
    static @Nullable Malformed read(Headers<CharSequence, CharSequence, ?> headers, boolean isWhole, RequestHead head) {
        CharSequence method = headers.get(Http2Headers.PseudoHeaderName.METHOD.value());
        boolean isConnect = method != null && CONNECT.contentEquals(method);
        CharSequence protocol = headers.get(Http2Headers.PseudoHeaderName.PROTOCOL.value());
        if (isConnect && protocol == null) {
            return Malformed.METHOD_NOT_SUPPORTED;
        }
        CharSequence scheme = headers.get(Http2Headers.PseudoHeaderName.SCHEME.value());
        CharSequence path = headers.get(Http2Headers.PseudoHeaderName.PATH.value());
        boolean isStrange = protocol != null && !(isConnect && isProtocol(protocol));
        if (method == null || scheme == null || path == null || !isHttp(scheme) || isStrange) {
            return Malformed.PSEUDO_FIELD;
        }
        if (!isPath(path)) {
            return Malformed.TARGET;
        }
        CharSequence authority = headers.get(Http2Headers.PseudoHeaderName.AUTHORITY.value());
        head.begin(isConnect ? GET : method, path, authority == null ? "" : authority);
        Malformed problem = lines(headers, head);
        if (problem == null) {
            problem = check(head);
        }
        if (problem != null) {
            return problem;
        }
        if (protocol != null) {
            return connect(head, protocol);
        }
        head.chunked(!isWhole && !head.fields().has(KnownHeader.CONTENT_LENGTH));
        return head.complete();
    }

    /// The same wish as an HTTP/1.1 client would have (RFC 8441 section 5); a WebSocket needs a key there.
    private static @Nullable Malformed connect(RequestHead head, CharSequence protocol) {
        boolean isAdded = head.add("upgrade", protocol);
        if (isAdded && AsciiString.contentEqualsIgnoreCase(protocol, "websocket")) {
            byte[] key = new byte[WEBSOCKET_KEY_BYTES];
            ThreadLocalRandom.current().nextBytes(key);
            isAdded = head.add("sec-websocket-key", Base64.getEncoder().encodeToString(key));
        }
        Malformed problem = isAdded ? head.complete() : full(head);
        head.extendedConnect();
        return problem == null && head.hasBody() ? Malformed.CONTENT_LENGTH : problem;
    }

    /// A token that is none of HTTP's own protocols.
    private static boolean isProtocol(CharSequence protocol) {
        for (int i = 0; i < protocol.length(); i++) {
            char c = protocol.charAt(i);
            if (c >= 128 || !Grammar.isToken((byte) c)) {
                return false;
            }
        }
        return !protocol.isEmpty() && !AsciiString.of(protocol).toLowerCase().startsWith("h");
    }

    private static boolean isHttp(CharSequence scheme) {
        return HTTPS.contentEqualsIgnoreCase(scheme) || HTTP.contentEqualsIgnoreCase(scheme);
    }

    /// Origin-form, or the asterisk whose method is checked later; never the absolute form of HTTP/1.1.
    private static boolean isPath(CharSequence path) {
        return !path.isEmpty() && (path.charAt(0) == '/' || (path.length() == 1 && path.charAt(0) == '*'));
    }

    private static @Nullable Malformed lines(Headers<CharSequence, CharSequence, ?> headers, RequestHead head) {
        StringBuilder cookies = null;
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            CharSequence name = field.getKey();
            if (Http2FieldRules.isPseudoField(name)) {
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
                || Http2Headers.PseudoHeaderName.AUTHORITY.value().contentEquals(name)
                || Http2Headers.PseudoHeaderName.PROTOCOL.value().contentEquals(name);
    }

    private static @Nullable Malformed check(RequestHead head) {
        FieldLines fields = head.fields();
        Malformed problem = Http2FieldRules.check(fields, false);
        if (problem != null) {
            return problem;
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
}
