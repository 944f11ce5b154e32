package io.forebay.policy;

/// The 64-bit hash that places requests, on a side of a split or at an endpoint: FNV-1a over bytes, finished by the
/// mixer of SplitMix64 (Steele, Lea, Flood 2014), so that near values fall far apart. It has no secret: everybody
/// may compute their place, all processes agree on it, and it must never change, or users would change sides. Text
/// is hashed as the low bytes of its characters.
public final class StableHash {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private StableHash() {}

    public static long of(byte[] bytes, int offset, int length) {
        long hash = FNV_OFFSET;
        for (int i = offset, end = offset + length; i < end; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * FNV_PRIME;
        }
        return mix(hash);
    }

    public static long of(String text) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ (text.charAt(i) & 0xff)) * FNV_PRIME;
        }
        return mix(hash);
    }

    public static long mix(long hash) {
        long h = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
        return h ^ (h >>> 31);
    }
}
