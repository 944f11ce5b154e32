package io.forebay.policy.token;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Tokens whose signature was verified, under the SHA-256 of the token and the provider; shared by all loops and kept
/// over reloads. Only successes are stored, and each for five minutes at most. No locks: readers see whole entries or
/// none, two writers of one place leave either.
///
/// The table has rows of eight; a full row, or a full table, gives up its oldest entry of that row. A lookup creates
/// nothing.
public final class TokenCache {

    public static final int CAPACITY_DEFAULT = 100_000;

    /// How long a verified signature is believed.
    public static final long LIFETIME_MS = 300_000;

    private static final int ROW = 8;

    private final int capacity;
    private final int rowMask;
    private final AtomicReferenceArray<@Nullable Entry> entries;
    private final AtomicInteger size = new AtomicInteger();

    /// An empty cache.
    ///
    /// @param capacity the most entries it may hold, 1 or more
    public TokenCache(int capacity) {
        if (capacity < 1 || capacity > 1 << 24) {
            throw new IllegalArgumentException("token cache capacity " + capacity + " is not in 1..16777216");
        }
        this.capacity = capacity;
        int rows = Integer.highestOneBit(Math.max(1, (capacity + capacity / 4) / ROW) * 2 - 1);
        this.rowMask = rows - 1;
        this.entries = new AtomicReferenceArray<>(rows * ROW);
    }

    public int capacity() {
        return capacity;
    }

    /// How many entries are held now, those that have outlived their time included.
    public int size() {
        return size.get();
    }

    /// The token digested in `scratch`, if this provider's key verified it less than [#LIFETIME_MS] ago.
    @Nullable
    VerifiedToken find(TokenScratch scratch, JwtProvider provider, long nowMs) {
        int row = row(scratch);
        for (int i = row; i < row + ROW; i++) {
            Entry entry = entries.getAcquire(i);
            if (entry != null && entry.isFor(scratch, provider.name())) {
                return entry.isFresh(nowMs) ? entry.token : null;
            }
        }
        return null;
    }

    void put(TokenScratch scratch, VerifiedToken token) {
        Entry entry = new Entry(scratch.word0, scratch.word1, scratch.word2, scratch.word3, token);
        int place = placeFor(scratch, token);
        Entry replaced = entries.getAndSet(place, entry);
        if (replaced == null) {
            size.incrementAndGet();
        }
    }

    /// The entry's own place, else a free one if the table has room, else the oldest of the row. If the row of a full
    /// table is empty, an entry of a row nearby makes room.
    private int placeFor(TokenScratch scratch, VerifiedToken token) {
        int row = row(scratch);
        int free = -1;
        int oldest = -1;
        long oldestMs = Long.MAX_VALUE;
        for (int i = row; i < row + ROW; i++) {
            Entry entry = entries.getAcquire(i);
            if (entry == null) {
                free = free < 0 ? i : free;
            } else if (entry.isFor(scratch, token.provider())) {
                return i;
            } else if (entry.token.verifiedAtMs() < oldestMs) {
                oldestMs = entry.token.verifiedAtMs();
                oldest = i;
            }
        }
        if (free < 0 || (oldest >= 0 && size.get() >= capacity)) {
            return oldest;
        }
        if (size.get() >= capacity) {
            evictAfter(row);
        }
        return free;
    }

    private void evictAfter(int row) {
        int slots = entries.length();
        for (int step = ROW; step < slots; step++) {
            int i = (row + step) & (slots - 1);
            Entry entry = entries.getAcquire(i);
            if (entry != null && entries.compareAndSet(i, entry, null)) {
                size.decrementAndGet();
                return;
            }
        }
    }

    private int row(TokenScratch scratch) {
        return ((int) scratch.word0 & rowMask) * ROW;
    }

    private record Entry(long word0, long word1, long word2, long word3, VerifiedToken token) {

        boolean isFor(TokenScratch scratch, String provider) {
            return word0 == scratch.word0
                    && word1 == scratch.word1
                    && word2 == scratch.word2
                    && word3 == scratch.word3
                    && token.provider().equals(provider);
        }

        /// A clock that was set back makes an entry stale rather than young for ever.
        boolean isFresh(long nowMs) {
            long ageMs = nowMs - token.verifiedAtMs();
            return ageMs >= 0 && ageMs < LIFETIME_MS;
        }
    }
}
