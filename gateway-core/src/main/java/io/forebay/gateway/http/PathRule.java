package io.forebay.gateway.http;

import org.jspecify.annotations.Nullable;

/// One spelling for one path, before it is matched and authorised, and the same spelling upstream: unreserved
/// characters are decoded, dot segments removed (RFC 3986 section 6.2.2), repeated slashes merged. `%2F`, `%5C`,
/// `%00` and broken escapes are refused, since gateways and servers disagree on them. A path that has none of these,
/// as nearly all, is not copied.
final class PathRule {
    private PathRule() {}

    static @Nullable Malformed normalise(RequestHead head, FieldLines fields) {
        if (head.pathStart == head.pathEnd) {
            head.pathStart = fields.append((byte) '/');
            head.pathEnd = head.pathStart + 1;
            return null;
        }
        byte[] b = fields.bytes();
        for (int p = head.pathStart; p < head.pathEnd; p++) {
            boolean isPlain = b[p] != '%'
                    && (b[p] != '/'
                            || p + 1 == head.pathEnd
                            || (b[p + 1] != '/' && b[p + 1] != '.' && b[p + 1] != '%'));
            if (!isPlain) {
                return rewrite(head, fields);
            }
        }
        return null;
    }

    private static @Nullable Malformed rewrite(RequestHead head, FieldLines fields) {
        int from = head.pathStart;
        int to = head.pathEnd;
        int out = fields.length();
        for (int p = from; p < to; p++) {
            byte c = fields.bytes()[p];
            if (c == '%') {
                int decoded = escape(fields.bytes(), p, to);
                if (decoded < 0) {
                    return Malformed.PATH;
                }
                if (Grammar.isUnreserved((byte) decoded)) {
                    fields.append((byte) decoded);
                } else {
                    fields.append(fields.bytes(), p, 3);
                }
                p += 2;
            } else {
                fields.append(c);
            }
        }
        int length = removeDotSegments(fields.bytes(), out, fields.length());
        head.pathStart = out;
        head.pathEnd = out + length;
        return length == 0 ? Malformed.PATH : null;
    }

    /// @return the byte that the escape at `p` stands for, or -1 when it is broken or forbidden
    private static int escape(byte[] b, int p, int to) {
        if (p + 2 >= to) {
            return -1;
        }
        int high = Grammar.hex(b[p + 1]);
        int low = Grammar.hex(b[p + 2]);
        if (high < 0 || low < 0) {
            return -1;
        }
        int value = high << 4 | low;
        return value == '/' || value == '\\' || value == 0 ? -1 : value;
    }

    /// Merges slashes and removes `.` and `..` segments in place.
    ///
    /// @return the new length; 0 when `..` leads above the root
    private static int removeDotSegments(byte[] b, int from, int to) {
        int out = from;
        int p = from;
        while (p < to) {
            // b[p] is '/'; the segment is what follows up to the next slash.
            int segment = p + 1;
            int next = segment;
            while (next < to && b[next] != '/') {
                next++;
            }
            int size = next - segment;
            boolean isLast = next == to;
            if (size == 0 || (size == 1 && b[segment] == '.')) {
                if (isLast) {
                    b[out++] = '/';
                }
            } else if (size == 2 && b[segment] == '.' && b[segment + 1] == '.') {
                if (out == from) {
                    return 0;
                }
                do {
                    out--;
                } while (b[out] != '/');
                if (isLast) {
                    b[out++] = '/';
                }
            } else {
                b[out++] = '/';
                System.arraycopy(b, segment, b, out, size);
                out += size;
            }
            p = next;
        }
        return out - from;
    }
}
