package io.forebay.gateway.http;

import io.forebay.policy.PathSpelling;
import org.jspecify.annotations.Nullable;

/// One spelling for one path, before it is matched and authorised, and the same spelling upstream: that of
/// [PathSpelling], which the policy's paths have too. A path that has nothing to rewrite, as nearly all, is not copied.
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
        int copy = fields.append(fields.bytes(), head.pathStart, head.pathEnd - head.pathStart);
        int length = PathSpelling.rewrite(fields.bytes(), copy, fields.length());
        if (length == PathSpelling.REFUSED) {
            return Malformed.PATH;
        }
        head.pathStart = copy;
        head.pathEnd = copy + length;
        return null;
    }
}
