package io.forebay.policy;

/// Reads the value of a `Cookie` field (RFC 6265 section 4.2). Creates nothing.
public final class CookieLine {
    private CookieLine() {}

    /// The value of the first cookie of that name; quotes are a part of it.
    ///
    /// @param field where the field's value stands in `bytes`
    /// @return its span, or [ByteSpan#ABSENT]
    public static long value(byte[] bytes, long field, byte[] name) {
        int end = ByteSpan.end(field);
        int at = ByteSpan.offset(field);
        while (at < end) {
            int stop = at;
            while (stop < end && bytes[stop] != ';') {
                stop++;
            }
            while (at < stop && bytes[at] == ' ') {
                at++;
            }
            int value = at + name.length + 1;
            if (value <= stop && bytes[value - 1] == '=' && isAt(bytes, at, name)) {
                return ByteSpan.of(value, stop - value);
            }
            at = stop + 1;
        }
        return ByteSpan.ABSENT;
    }

    private static boolean isAt(byte[] bytes, int at, byte[] name) {
        for (int i = 0; i < name.length; i++) {
            if (bytes[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }
}
