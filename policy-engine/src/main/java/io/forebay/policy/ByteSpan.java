package io.forebay.policy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A range of bytes as one `long`: the offset in the upper half, the length in the lower. Rules compare
/// request bytes through spans so that looking at a request creates no object. Pure; any thread.
public final class ByteSpan {

    /// The span of something that is not there: a missing header, a path without a query.
    public static final long ABSENT = -1L;

    private ByteSpan() {}

    /// Packs a range; both values are zero or more.
    public static long of(int offset, int length) {
        assert offset >= 0 && length >= 0;
        return ((long) offset << 32) | length;
    }

    /// Index of the first byte; meaningless for [#ABSENT].
    public static int offset(long span) {
        return (int) (span >>> 32);
    }

    /// Number of bytes; meaningless for [#ABSENT].
    public static int length(long span) {
        return (int) span;
    }

    /// Index after the last byte.
    public static int end(long span) {
        return offset(span) + length(span);
    }

    public static boolean isPresent(long span) {
        return span != ABSENT;
    }

    /// Whether the span is present and holds exactly these bytes.
    public static boolean equals(byte[] bytes, long span, byte[] expected) {
        return span != ABSENT
                && length(span) == expected.length
                && Arrays.equals(bytes, offset(span), end(span), expected, 0, expected.length);
    }

    /// A hash that spreads short ASCII names; not keyed, so only for tables whose keys come from the policy.
    public static int hash(byte[] bytes, int offset, int length) {
        int h = length;
        for (int i = offset, end = offset + length; i < end; i++) {
            h = h * 31 + bytes[i];
        }
        return h ^ (h >>> 15);
    }

    /// The bytes of a span as text, one character a byte (ISO-8859-1, as RFC 9110 section 5.5 reads field values).
    public static String text(byte[] bytes, long span) {
        return new String(bytes, offset(span), length(span), StandardCharsets.ISO_8859_1);
    }
}
