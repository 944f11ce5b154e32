package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

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

    /// The value of the first parameter of that name, decoded as UTF-8, or null without one.
    static @Nullable String first(byte[] bytes, long query, byte[] name) {
        if (query == ByteSpan.ABSENT) {
            return null;
        }
        int end = ByteSpan.end(query);
        int start = ByteSpan.offset(query);
        while (start <= end) {
            int stop = indexOf(bytes, start, end, '&');
            int equals = indexOf(bytes, start, stop, '=');
            if (stop > start && decodesTo(bytes, start, equals, name)) {
                return decoded(bytes, Math.min(equals + 1, stop), stop);
            }
            start = stop + 1;
        }
        return null;
    }

    private static String decoded(byte[] bytes, int from, int to) {
        byte[] decoded = new byte[to - from];
        int length = 0;
        int i = from;
        while (i < to) {
            int escaped = bytes[i] == '%' && i + 2 < to ? escape(bytes, i) : -1;
            decoded[length++] = (byte) (escaped >= 0 ? escaped : bytes[i] == '+' ? ' ' : bytes[i]);
            i += escaped >= 0 ? 3 : 1;
        }
        return new String(decoded, 0, length, StandardCharsets.UTF_8);
    }

    /// The byte that an escape stands for, or a negative number when it is none.
    private static int escape(byte[] bytes, int at) {
        return (Character.digit(bytes[at + 1], 16) << 4) | Character.digit(bytes[at + 2], 16);
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
                int escaped = escape(bytes, i);
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
