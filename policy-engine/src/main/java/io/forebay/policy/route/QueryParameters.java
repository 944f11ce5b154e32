package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;

/// Reads a query string as `application/x-www-form-urlencoded` (WHATWG URL, section 5.1) in place: names and values
/// are percent-decoded while they are compared, `+` is a blank, and an escape that is none stands for itself.
final class QueryParameters {

    private QueryParameters() {}

    /// Whether the first parameter of that name has exactly this value.
    static boolean firstEquals(byte[] bytes, long query, byte[] name, byte[] value) {
        if (query == ByteSpan.ABSENT) {
            return false;
        }
        int end = ByteSpan.end(query);
        int start = ByteSpan.offset(query);
        while (start <= end) {
            int stop = indexOf(bytes, start, end, '&');
            int equals = indexOf(bytes, start, stop, '=');
            if (stop > start && decodesTo(bytes, start, equals, name)) {
                return decodesTo(bytes, Math.min(equals + 1, stop), stop, value);
            }
            start = stop + 1;
        }
        return false;
    }

    private static int indexOf(byte[] bytes, int from, int to, char wanted) {
        int i = from;
        while (i < to && bytes[i] != wanted) {
            i++;
        }
        return i;
    }

    private static boolean decodesTo(byte[] bytes, int from, int to, byte[] expected) {
        int i = from;
        int matched = 0;
        while (i < to) {
            if (matched == expected.length) {
                return false;
            }
            int c = bytes[i];
            int step = 1;
            if (c == '+') {
                c = ' ';
            } else if (c == '%' && i + 2 < to) {
                int escaped = (Character.digit(bytes[i + 1], 16) << 4) | Character.digit(bytes[i + 2], 16);
                if (escaped >= 0) {
                    c = escaped;
                    step = 3;
                }
            }
            if ((byte) c != expected[matched]) {
                return false;
            }
            matched++;
            i += step;
        }
        return matched == expected.length;
    }
}
