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
        if (head.authorityStart < 0 || head.authorityStart == head.authorityEnd) {
            if (line < 0) {
                return head.minorVersion == 0 ? null : Malformed.HOST_MISSING;
            }
            head.authorityStart = fields.valueStart(line);
            head.authorityEnd = fields.valueEnd(line);
        }
        return split(head, fields);
    }

    private static @Nullable Malformed split(RequestHead head, FieldLines fields) {
        byte[] b = fields.bytes();
        int from = head.authorityStart;
        int end = head.authorityEnd;
        boolean hasUpperCase = false;
        int p = from;
        boolean inBrackets = p < end && b[p] == '[';
        for (; p < end && (inBrackets || b[p] != ':'); p++) {
            byte c = b[p];
            if (!Grammar.isHost(c)) {
                return Malformed.HOST;
            }
            if (c == ']') {
                inBrackets = false;
            }
            hasUpperCase |= c >= 'A' && c <= 'Z';
        }
        if (inBrackets || !isPort(b, p, end) || p == from) {
            return Malformed.HOST;
        }
        head.hostStart = from;
        head.hostEnd = p;
        if (hasUpperCase) {
            head.hostStart = lowerCase(fields, from, p);
            head.hostEnd = fields.length();
        }
        return null;
    }

    private static boolean isPort(byte[] b, int colon, int end) {
        if (colon == end) {
            return true;
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
