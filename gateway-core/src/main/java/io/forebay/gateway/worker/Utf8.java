package io.forebay.gateway.worker;

/// Where text may be cut (RFC 3629 section 3).
final class Utf8 {
    private static final int SEQUENCE_BYTES_MAX = 4;

    private Utf8() {}

    /// How many of these bytes are whole characters: all, but for the beginning of one at their end. Bytes that are no
    /// UTF-8 are whole.
    static int wholeCharacters(byte[] bytes) {
        int start = bytes.length;
        while (start > 0 && bytes.length - start < SEQUENCE_BYTES_MAX) {
            start--;
            int lead = bytes[start] & 0xff;
            if (lead < 0x80) {
                return bytes.length;
            }
            if (lead >= 0xc0) {
                return bytes.length - start < sequenceBytes(lead) ? start : bytes.length;
            }
        }
        return bytes.length;
    }

    private static int sequenceBytes(int lead) {
        if (lead >= 0xf8) {
            return 1;
        }
        return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    }
}
