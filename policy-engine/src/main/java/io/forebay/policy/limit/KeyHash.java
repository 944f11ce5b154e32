package io.forebay.policy.limit;

/// A 64-bit hash of what a request is counted by, keyed with the table's secret so that callers cannot aim at each
/// other's counters. Words are folded in by a full 128-bit multiplication.
final class KeyHash {

    private static final long WORD = 0x9e3779b97f4a7c15L;
    private static final long END = 0xd6e8feb86659fd93L;

    /// What stands for a part that the request lacks.
    private static final long ABSENT = 0xa0761d6478bd642fL;

    private KeyHash() {}

    static long word(long hash, long word) {
        long mixed = hash ^ word;
        return (mixed * WORD) ^ Math.unsignedMultiplyHigh(mixed, WORD) ^ Long.rotateLeft(hash, 32);
    }

    static long absent(long hash) {
        return word(hash, ABSENT);
    }

    static long bytes(long hash, byte[] bytes, int offset, int length) {
        long h = hash;
        long word = 0;
        for (int i = 0; i < length; i++) {
            word = (word << 8) | (bytes[offset + i] & 0xff);
            if ((i & 7) == 7) {
                h = word(h, word);
                word = 0;
            }
        }
        return word(word(h, word), length * END);
    }

    static long text(long hash, String text) {
        long h = hash;
        long word = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            word = (word << 16) | text.charAt(i);
            if ((i & 3) == 3) {
                h = word(h, word);
                word = 0;
            }
        }
        return word(word(h, word), length * END);
    }
}
