package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An immutable hash table with byte-string keys that come from the policy: open addressing, at most half full, so a
/// lookup with the bytes of a request costs one hash of them and creates nothing. Any thread.
final class ByteTable<V> {

    private final byte[] @Nullable [] keys;
    private final int[] hashes;
    private final @Nullable Object[] values;
    private final int mask;

    ByteTable(Map<String, V> entries) {
        int slots = Integer.highestOneBit(Math.max(1, entries.size()) * 4 - 1);
        keys = new byte[slots][];
        hashes = new int[slots];
        values = new Object[slots];
        mask = slots - 1;
        entries.forEach((text, value) -> {
            byte[] key = text.getBytes(StandardCharsets.ISO_8859_1);
            int hash = ByteSpan.hash(key, 0, key.length);
            int slot = hash & mask;
            while (keys[slot] != null) {
                slot = (slot + 1) & mask;
            }
            keys[slot] = key;
            hashes[slot] = hash;
            values[slot] = value;
        });
    }

    private ByteTable(ByteTable<V> others, @Nullable Object[] values) {
        this.keys = others.keys;
        this.hashes = others.hashes;
        this.mask = others.mask;
        this.values = values;
    }

    /// The same keys with another value under one of them; they share all but the values.
    ///
    /// @throws IllegalArgumentException without such a key
    ByteTable<V> with(String text, V value) {
        byte[] key = text.getBytes(StandardCharsets.ISO_8859_1);
        int slot = slot(key, 0, key.length);
        if (keys[slot] == null) {
            throw new IllegalArgumentException("no key " + text);
        }
        @Nullable Object[] others = values.clone();
        others[slot] = value;
        return new ByteTable<>(this, others);
    }

    /// The value under a key, or null.
    @Nullable
    V get(String text) {
        byte[] key = text.getBytes(StandardCharsets.ISO_8859_1);
        return find(key, 0, key.length);
    }

    /// The value under exactly these bytes, or null.
    @Nullable
    V find(byte[] bytes, int offset, int length) {
        return value(slot(bytes, offset, length));
    }

    /// The slot of a key; a free one where there is no such key.
    private int slot(byte[] bytes, int offset, int length) {
        int hash = ByteSpan.hash(bytes, offset, length);
        int slot = hash & mask;
        for (byte[] key = keys[slot]; key != null; key = keys[slot]) {
            if (hashes[slot] == hash && Arrays.equals(key, 0, key.length, bytes, offset, offset + length)) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    @SuppressWarnings("unchecked") // only values of type V were stored
    private @Nullable V value(int slot) {
        return (V) values[slot];
    }
}
