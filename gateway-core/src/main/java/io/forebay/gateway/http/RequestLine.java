package io.forebay.gateway.http;

import org.jspecify.annotations.Nullable;

/// The request line of RFC 9112 section 3, read strictly: one SP between its parts, CRLF at its end, no white space
/// within.
final class RequestLine {
    private static final int METHOD_BYTES_MAX = 32;

    private RequestLine() {}

    /// Reads the line that begins at `at`, after one empty line at most (RFC 9112 section 2.2).
    ///
    /// @return the position behind it, or [FieldLines#INCOMPLETE] or [FieldLines#MALFORMED]
    static int parse(RequestHead head, FieldLines fields, int at) {
        byte[] b = fields.bytes();
        int end = fields.length();
        int p = at;
        if (p + 1 < end && b[p] == '\r' && b[p + 1] == '\n') {
            p += 2;
        }
        int method = p;
        while (p < end && Grammar.isToken(b[p])) {
            p++;
        }
        if (p - method > METHOD_BYTES_MAX || (p < end && (b[p] != ' ' || p == method))) {
            return p < end && b[p] == '\r' && p == method && p + 1 == end
                    ? FieldLines.INCOMPLETE
                    : fields.fail(Malformed.REQUEST_LINE);
        }
        if (p == end) {
            return FieldLines.INCOMPLETE;
        }
        head.methodStart = method;
        head.methodEnd = p++;
        head.targetStart = p;
        while (p < end && Grammar.isTarget(b[p])) {
            p++;
        }
        if (p == end) {
            return FieldLines.INCOMPLETE;
        }
        if (b[p] != ' ' || p == head.targetStart) {
            return fields.fail(b[p] == '\r' || b[p] == '\n' ? Malformed.REQUEST_LINE : Malformed.TARGET);
        }
        head.targetEnd = p++;
        return version(head, fields, p);
    }

    private static int version(RequestHead head, FieldLines fields, int from) {
        byte[] b = fields.bytes();
        if (fields.length() < from + 10) {
            return fields.blankLineAfter(from - 1) > 0 ? fields.fail(Malformed.REQUEST_LINE) : FieldLines.INCOMPLETE;
        }
        boolean isHttp = b[from] == 'H'
                && b[from + 1] == 'T'
                && b[from + 2] == 'T'
                && b[from + 3] == 'P'
                && b[from + 4] == '/'
                && Grammar.isDigit(b[from + 5])
                && b[from + 6] == '.'
                && Grammar.isDigit(b[from + 7]);
        if (!isHttp || b[from + 8] != '\r' || b[from + 9] != '\n') {
            return fields.fail(Malformed.REQUEST_LINE);
        }
        if (b[from + 5] != '1' || b[from + 7] > '1') {
            return fields.fail(Malformed.VERSION);
        }
        head.minorVersion = b[from + 7] - '0';
        return from + 10;
    }

    /// Checks method and target of a head that was not read from HTTP/1.1 bytes, with the same tables.
    static @Nullable Malformed check(RequestHead head, FieldLines fields) {
        byte[] b = fields.bytes();
        if (head.methodEnd == head.methodStart || head.methodEnd - head.methodStart > METHOD_BYTES_MAX) {
            return Malformed.REQUEST_LINE;
        }
        for (int p = head.methodStart; p < head.methodEnd; p++) {
            if (!Grammar.isToken(b[p])) {
                return Malformed.REQUEST_LINE;
            }
        }
        for (int p = head.targetStart; p < head.targetEnd; p++) {
            if (!Grammar.isTarget(b[p])) {
                return Malformed.TARGET;
            }
        }
        return head.targetEnd == head.targetStart ? Malformed.TARGET : null;
    }
}
