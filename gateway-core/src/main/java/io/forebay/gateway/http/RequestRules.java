package io.forebay.gateway.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What must hold between the parts of a request head before anything else looks at it: target form, host, framing,
/// connection options (RFC 9112 sections 3.2, 6 and 9.6; RFC 9110 sections 7.2, 7.6.1 and 10.1.1).
final class RequestRules {
    private static final byte[] CHUNKED = {'c', 'h', 'u', 'n', 'k', 'e', 'd'};
    private static final byte[] CONTINUE = {'1', '0', '0', '-', 'c', 'o', 'n', 't', 'i', 'n', 'u', 'e'};

    private RequestRules() {}

    static @Nullable Malformed check(RequestHead head, FieldLines fields) {
        Malformed problem = target(head, fields);
        if (problem == null) {
            problem = HostRule.check(head, fields);
        }
        if (problem == null) {
            problem = PathRule.normalise(head, fields);
        }
        if (problem == null && fields.isRepeated(KnownHeader.AUTHORIZATION)) {
            problem = Malformed.AUTHORIZATION_REPEATED;
        }
        if (problem == null) {
            problem = framing(head, fields);
        }
        if (problem == null) {
            problem = connection(head, fields);
        }
        return problem == null ? expectation(head, fields) : problem;
    }

    /// Splits origin-form and absolute-form (RFC 9112 section 3.2) into authority, path and query.
    private static @Nullable Malformed target(RequestHead head, FieldLines fields) {
        byte[] b = fields.bytes();
        if (head.methodIs("CONNECT")) {
            return Malformed.METHOD_NOT_SUPPORTED;
        }
        int from = head.targetStart;
        int end = head.targetEnd;
        if (b[from] == '*' && end - from == 1) {
            head.pathStart = from;
            head.pathEnd = end;
            return head.methodIs("OPTIONS") ? null : Malformed.TARGET;
        }
        if (b[from] != '/') {
            from = authority(head, b);
            if (from < 0) {
                return Malformed.TARGET;
            }
        }
        int query = from;
        while (query < end && b[query] != '?') {
            query++;
        }
        head.pathStart = from;
        head.pathEnd = query;
        if (query < end) {
            head.queryStart = query + 1;
            head.queryEnd = end;
        }
        return null;
    }

    /// Reads `http://authority` or `https://authority`.
    ///
    /// @return where the path begins, or -1
    private static int authority(RequestHead head, byte[] b) {
        int p = head.targetStart;
        int end = head.targetEnd;
        int scheme = p;
        while (p < end && b[p] != ':') {
            p++;
        }
        boolean isHttp = is(b, scheme, p, "http") || is(b, scheme, p, "https");
        if (!isHttp || p + 2 >= end || b[p + 1] != '/' || b[p + 2] != '/') {
            return -1;
        }
        p += 3;
        int from = p;
        while (p < end && b[p] != '/' && b[p] != '?') {
            p++;
        }
        head.authorityStart = from;
        head.authorityEnd = p;
        return p > from ? p : -1;
    }

    private static boolean is(byte[] b, int from, int to, String lowerCase) {
        if (to - from != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if (Grammar.lower(b[from + i]) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Malformed framing(RequestHead head, FieldLines fields) {
        int length = fields.lineOf(KnownHeader.CONTENT_LENGTH);
        int coding = fields.lineOf(KnownHeader.TRANSFER_ENCODING);
        if (coding >= 0) {
            if (length >= 0) {
                return Malformed.LENGTH_AND_TRANSFER_ENCODING;
            }
            if (head.minorVersion == 0) {
                return Malformed.TRANSFER_ENCODING_ON_HTTP10;
            }
            if (fields.isRepeated(KnownHeader.TRANSFER_ENCODING)) {
                return Malformed.TRANSFER_ENCODING_REPEATED;
            }
            if (!isValue(fields, coding, CHUNKED)) {
                return Malformed.TRANSFER_ENCODING;
            }
            head.chunked = true;
            return null;
        }
        if (length < 0) {
            return null;
        }
        if (fields.isRepeated(KnownHeader.CONTENT_LENGTH)) {
            return Malformed.CONTENT_LENGTH_REPEATED;
        }
        head.contentLength = decimal(fields.bytes(), fields.valueStart(length), fields.valueEnd(length));
        return head.contentLength < 0 ? Malformed.CONTENT_LENGTH : null;
    }

    /// Reads `1*DIGIT` that fits a positive long, or gives -1.
    static long decimal(byte[] b, int from, int to) {
        if (from == to || to - from > 18) {
            return -1;
        }
        long value = 0;
        for (int p = from; p < to; p++) {
            if (!Grammar.isDigit(b[p])) {
                return -1;
            }
            value = value * 10 + (b[p] - '0');
        }
        return value;
    }

    private static @Nullable Malformed connection(RequestHead head, FieldLines fields) {
        head.keepAlive = head.minorVersion == 1;
        if (!fields.has(KnownHeader.CONNECTION)) {
            return null;
        }
        ConnectionOptions options = ConnectionOptions.of(fields);
        if (options.namesEndToEndField()) {
            return Malformed.CONNECTION_OPTION;
        }
        if (options.has("close")) {
            head.keepAlive = false;
        } else if (options.has("keep-alive")) {
            head.keepAlive = true;
        }
        head.upgrades(options.has("upgrade") && mayUpgrade(head, fields));
        return null;
    }

    /// Whether a request may leave HTTP on this connection: one without a body, for one protocol that is none of HTTP's
    /// own. Any other wish is not passed on, as RFC 9110 section 7.8 lets a server do.
    private static boolean mayUpgrade(RequestHead head, FieldLines fields) {
        int line = fields.lineOf(KnownHeader.UPGRADE);
        if (line < 0 || fields.isRepeated(KnownHeader.UPGRADE) || head.minorVersion == 0 || head.hasBody()) {
            return false;
        }
        String protocol = fields.valueText(line).toLowerCase(Locale.ROOT);
        return !protocol.isEmpty()
                && protocol.indexOf(',') < 0
                && !protocol.startsWith("http")
                && !protocol.startsWith("h2")
                && !protocol.startsWith("tls");
    }

    private static @Nullable Malformed expectation(RequestHead head, FieldLines fields) {
        int te = fields.lineOf(KnownHeader.TE);
        head.acceptsTrailers = te >= 0 && fields.valueText(te).contains("trailers");
        int expect = fields.lineOf(KnownHeader.EXPECT);
        if (expect < 0) {
            return null;
        }
        if (fields.isRepeated(KnownHeader.EXPECT) || !isValue(fields, expect, CONTINUE)) {
            return Malformed.EXPECTATION;
        }
        head.expectsContinue = head.minorVersion == 1 && head.hasBody();
        return null;
    }

    private static boolean isValue(FieldLines fields, int line, byte[] lowerCase) {
        int from = fields.valueStart(line);
        return fields.valueEnd(line) - from == lowerCase.length
                && Grammar.sameIgnoringCase(fields.bytes(), from, lowerCase);
    }
}
