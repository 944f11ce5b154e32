package io.forebay.gateway.http;

import io.netty.handler.codec.Headers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What must hold of the lines of a field section of HTTP/2 or HTTP/3, whoever sent it: what may not stand on an
/// HTTP/1.1 line must
/// not reach one (RFC 9113 sections 8.2 and 10.3).
final class Http2FieldRules {
    private static final long CONNECTION_SPECIFIC = FieldLines.mask(
            KnownHeader.CONNECTION,
            KnownHeader.KEEP_ALIVE,
            KnownHeader.PROXY_CONNECTION,
            KnownHeader.TRANSFER_ENCODING,
            KnownHeader.UPGRADE);
    private static final int TRAILER_LINES_MAX = 32;

    private Http2FieldRules() {}

    /// Checks the lines of a head.
    ///
    /// @param allowsUnderscores whether names may hold `_`, see [FieldLines]
    /// @return what is wrong with the lines of a head, or null
    static @Nullable Malformed check(FieldLines fields, boolean allowsUnderscores) {
        Malformed problem = grammar(fields, allowsUnderscores);
        return problem == null && fields.hasAny(CONNECTION_SPECIFIC) ? Malformed.CONNECTION_FIELD : problem;
    }

    static boolean isPseudoField(CharSequence name) {
        return !name.isEmpty() && name.charAt(0) == ':';
    }

    private static @Nullable Malformed grammar(FieldLines fields, boolean allowsUnderscores) {
        byte[] bytes = fields.bytes();
        for (int line = 0; line < fields.count(); line++) {
            Malformed problem = name(bytes, fields.nameStart(line), fields.nameEnd(line), allowsUnderscores);
            if (problem == null) {
                problem = value(bytes, fields.valueStart(line), fields.valueEnd(line));
            }
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable Malformed name(byte[] bytes, int from, int to, boolean allowsUnderscores) {
        if (from == to) {
            return Malformed.HEADER_NAME;
        }
        for (int p = from; p < to; p++) {
            byte b = bytes[p];
            if (!Grammar.isToken(b) || (b >= 'A' && b <= 'Z')) {
                return Malformed.HEADER_NAME;
            }
            if (b == '_' && !allowsUnderscores) {
                return Malformed.HEADER_UNDERSCORE;
            }
        }
        return null;
    }

    private static @Nullable Malformed value(byte[] bytes, int from, int to) {
        boolean isPadded = from < to && (isBlank(bytes[from]) || isBlank(bytes[to - 1]));
        return isPadded || Grammar.controlAt(bytes, from, to) != to ? Malformed.HEADER_VALUE : null;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /// The lines of a trailer section, or null when it is not to be trusted.
    ///
    /// @param allowsUnderscores as in [#check]
    static @Nullable FieldLines trailers(Headers<CharSequence, CharSequence, ?> headers, boolean allowsUnderscores) {
        FieldLines lines = new FieldLines(TRAILER_LINES_MAX, allowsUnderscores);
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            if (!lines.appendLine(field.getKey(), field.getValue())) {
                return null;
            }
        }
        return grammar(lines, allowsUnderscores) == null ? lines : null;
    }
}
