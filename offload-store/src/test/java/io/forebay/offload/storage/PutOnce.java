package io.forebay.offload.storage;

import java.util.Arrays;
import java.util.NavigableMap;

/// Holds the store to what it promises with [Batch#deleteOnce]: in families whose keys are deleted that way, none is
/// put while it is there. An engine may otherwise bring the older value back.
final class PutOnce {
    private static final int LINE_KEY_BYTES = 12;
    private static final int PAIR_KEY_BYTES = 17;

    private PutOnce() {}

    static void put(Family family, NavigableMap<byte[], byte[]> entries, byte[] key, byte[] value) {
        byte[] before = entries.put(key, value);
        if (before != null && isPutOnce(family, key)) {
            throw new AssertionError("put twice in " + family.label() + ": " + Arrays.toString(key));
        }
    }

    private static boolean isPutOnce(Family family, byte[] key) {
        return switch (family) {
            case READY, TIMER, INDEX -> true;
            // A line's own entry, at place 0, is written again and again.
            case ORDER -> !Arrays.equals(key, LINE_KEY_BYTES, key.length, new byte[Long.BYTES], 0, Long.BYTES);
            // A head and its body in one value; chunks and events are deleted in the ordinary way.
            case BLOB -> key.length == PAIR_KEY_BYTES;
            case META, JOB, IDEM, LOG -> false;
        };
    }
}
