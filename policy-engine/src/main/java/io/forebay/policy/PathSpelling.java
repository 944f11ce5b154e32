package io.forebay.policy;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One spelling for one path, the requests' and the rules' alike, so that nobody passes a rule by writing its path in
/// another way (RFC 3986 section 6.2.2): a character that may stand in a path as it is, is not escaped; escapes that
/// remain are in upper case; dot segments are removed and repeated slashes merged. `%2F`, `%5C`, `%00` and broken
/// escapes have no spelling, since gateways and servers disagree on them. Pure; any thread.
public final class PathSpelling {
    /// The length of a path that has no spelling.
    public static final int REFUSED = -1;

    private static final boolean[] LITERAL = literals();

    private PathSpelling() {}

    /// What RFC 3986 section 3.3 calls pchar.
    private static boolean[] literals() {
        boolean[] table = new boolean[256];
        String all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@";
        for (int i = 0; i < all.length(); i++) {
            table[all.charAt(i)] = true;
        }
        return table;
    }

    /// The spelling of a path that begins with a slash, or null when it has none.
    public static @Nullable String of(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
        int length = rewrite(bytes, 0, bytes.length);
        return length == REFUSED ? null : new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    /// Spells the path in `[from, to)`, which begins with a slash, in its place.
    ///
    /// @return its new length, or [#REFUSED]
    public static int rewrite(byte[] path, int from, int to) {
        int end = unescape(path, from, to);
        return end == REFUSED ? REFUSED : removeDotSegments(path, from, end);
    }

    /// @return where the path ends now, or [#REFUSED]
    private static int unescape(byte[] path, int from, int to) {
        int out = from;
        for (int p = from; p < to; p++) {
            if (path[p] != '%') {
                path[out++] = path[p];
                continue;
            }
            int value = p + 2 < to ? hex(path[p + 1]) << 4 | hex(path[p + 2]) : REFUSED;
            if (value <= 0 || value == '/' || value == '\\') {
                return REFUSED;
            }
            if (LITERAL[value]) {
                path[out++] = (byte) value;
            } else {
                path[out++] = '%';
                path[out++] = upper(path[p + 1]);
                path[out++] = upper(path[p + 2]);
            }
            p += 2;
        }
        return out;
    }

    /// The value of a hexadecimal digit, or a negative number.
    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    private static byte upper(byte digit) {
        return digit >= 'a' ? (byte) (digit - 'a' + 'A') : digit;
    }

    /// Merges slashes and removes `.` and `..` segments.
    ///
    /// @return the new length, or [#REFUSED] when `..` leads above the root
    private static int removeDotSegments(byte[] path, int from, int to) {
        int out = from;
        int p = from;
        while (p < to) {
            // path[p] is '/'; the segment is what follows up to the next slash.
            int segment = p + 1;
            int next = segment;
            while (next < to && path[next] != '/') {
                next++;
            }
            int size = next - segment;
            boolean isLast = next == to;
            if (size == 0 || (size == 1 && path[segment] == '.')) {
                if (isLast) {
                    path[out++] = '/';
                }
            } else if (size == 2 && path[segment] == '.' && path[segment + 1] == '.') {
                if (out == from) {
                    return REFUSED;
                }
                do {
                    out--;
                } while (path[out] != '/');
                if (isLast) {
                    path[out++] = '/';
                }
            } else {
                path[out++] = '/';
                System.arraycopy(path, segment, path, out, size);
                out += size;
            }
            p = next;
        }
        return out - from;
    }
}
