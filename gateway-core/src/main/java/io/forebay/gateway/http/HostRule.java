package io.forebay.gateway.http;

import org.jspecify.annotations.Nullable;

/// Exactly one host (RFC 9110 section 7.2): from an absolute-form target or HTTP/2's `:authority`, else from `Host`;
/// in lower case and without its port for matching.
final class HostRule {
    private HostRule() {}

    static @Nullable Malformed check(RequestHead head, FieldLines fields) {
        int line = fields.lineOf(KnownHeader.HOST);
        if (fields.isRepeated(KnownHeader.HOST)) {
            return Malformed.HOST_REPEATED;
        }
        if (line < 0) {
            if (isNamedByTarget(head) || head.authorityStart < 0 || head.authorityStart == head.authorityEnd) {
                return head.minorVersion == 0 && head.authorityStart < 0 ? null : Malformed.HOST_MISSING;
            }
        } else if (head.authorityStart < 0 || head.authorityStart == head.authorityEnd) {
            head.authorityStart = fields.valueStart(line);
            head.authorityEnd = fields.valueEnd(line);
        } else if (hostEnd(fields.bytes(), fields.valueStart(line), fields.valueEnd(line)) < 0) {
            return Malformed.HOST;
        }
        return split(head, fields);
    }

    /// Whether the authority stands in an absolute-form target, which does not spare an HTTP/1.1 client its `Host`
    /// (RFC 9112 section 3.2).
    private static boolean isNamedByTarget(RequestHead head) {
        return head.minorVersion == 1 && head.authorityStart >= head.targetStart && head.authorityEnd <= head.targetEnd;
    }

    private static @Nullable Malformed split(RequestHead head, FieldLines fields) {
        int from = head.authorityStart;
        int end = hostEnd(fields.bytes(), from, head.authorityEnd);
        if (end < 0) {
            return Malformed.HOST;
        }
        boolean hasUpperCase = hasUpperCase(fields.bytes(), from, end);
        head.hostStart = hasUpperCase ? lowerCase(fields, from, end) : from;
        head.hostEnd = hasUpperCase ? fields.length() : end;
        return null;
    }

    /// Where the host of an authority ends and its port begins, or -1 when it is none: a registered name, an address,
    /// or an IPv6 address in brackets (RFC 3986 section 3.2.2); no user.
    private static int hostEnd(byte[] b, int from, int end) {
        int p = from;
        if (p < end && b[p] == '[') {
            while (p < end && b[p] != ']') {
                p++;
                if (p == end || (Grammar.hex(b[p]) < 0 && b[p] != ':' && b[p] != '.' && b[p] != ']')) {
                    return -1;
                }
            }
            if (p == from + 1) {
                return -1;
            }
            p++;
        } else {
            while (p < end && b[p] != ':') {
                if (!Grammar.isHost(b[p])) {
                    return -1;
                }
                p++;
            }
        }
        return p > from && isPort(b, p, end) ? p : -1;
    }

    private static boolean hasUpperCase(byte[] b, int from, int to) {
        for (int p = from; p < to; p++) {
            if (b[p] >= 'A' && b[p] <= 'Z') {
                return true;
            }
        }
        return false;
    }

    private static boolean isPort(byte[] b, int colon, int end) {
        if (colon == end) {
            return true;
        }
        if (b[colon] != ':') {
            return false;
        }
        for (int p = colon + 1; p < end; p++) {
            if (!Grammar.isDigit(b[p])) {
                return false;
            }
        }
        return end - colon <= 6;
    }

    private static int lowerCase(FieldLines fields, int from, int to) {
        int start = fields.length();
        for (int p = from; p < to; p++) {
            fields.append(Grammar.lower(fields.bytes()[p]));
        }
        return start;
    }
}
