package io.forebay.policy.token;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Tokens whose signature was verified, under the SHA-256 of the token and the provider; shared by all loops and kept
/// over reloads. Only successes are stored, and each for five minutes at most. No locks: readers see whole entries or
/// none, two writers of one place leave either.
///
/// The table has rows of eight, and two rows for each token: it goes where more is free, so that rows fill evenly
/// (Azar, Broder, Karlin, Upfal, "Balanced Allocations", 1994). A full table, or two full rows, give up the oldest
/// entry of the two. A lookup creates nothing; it reads the row's marks, which share a line of the processor's cache,
/// and one entry.
public final class TokenCache {

    public static final int CAPACITY_DEFAULT = 100_000;

    /// How long a verified signature is believed.
    public static final long LIFETIME_MS = 300_000;

    private static final int ROW = 8;
    private static final VarHandle MARK = MethodHandles.arrayElementVarHandle(long[].class);

    private final int capacity;
    private final int rowMask;
    private final AtomicReferenceArray<@Nullable VerifiedToken> entries;
    /// A word of the digest of what the same place of `entries` holds. Written after it: whoever reads a mark too early
    /// or too late takes a token for unknown, which costs a verification.
    private final long[] marks;

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
        this.marks = new long[rows * ROW];
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
        VerifiedToken found = find(firstRow(scratch), scratch, provider);
        if (found == null) {
            found = find(secondRow(scratch), scratch, provider);
        }
        return found != null && found.isFresh(nowMs) ? found : null;
    }

    private @Nullable VerifiedToken find(int row, TokenScratch scratch, JwtProvider provider) {
        for (int i = row; i < row + ROW; i++) {
            if ((long) MARK.getOpaque(marks, i) == scratch.word2) {
                VerifiedToken entry = entries.getAcquire(i);
                if (entry != null && entry.isFor(scratch, provider.name())) {
                    return entry;
                }
            }
        }
        return null;
    }

    void put(TokenScratch scratch, VerifiedToken token) {
        int place = placeFor(scratch, token);
        VerifiedToken replaced = entries.getAndSet(place, token);
        MARK.setOpaque(marks, place, scratch.word2);
        if (replaced == null) {
            size.incrementAndGet();
        }
    }

    /// The entry's own place, else a free one of the emptier row if the table has room, else the oldest of both. If
    /// both rows of a full table are empty, an entry of a row nearby makes room.
    private int placeFor(TokenScratch scratch, VerifiedToken token) {
        int first = firstRow(scratch);
        int second = secondRow(scratch);
        int own = placeOf(first, scratch, token.provider());
        if (own < 0) {
            own = placeOf(second, scratch, token.provider());
        }
        if (own >= 0) {
            return own;
        }
        int emptier = free(second) > free(first) ? second : first;
        boolean isFull = size.get() >= capacity;
        int oldest = older(oldest(first), oldest(second));
        if (oldest >= 0 && (isFull || free(emptier) == 0)) {
            return oldest;
        }
        if (isFull) {
            evictAfter(emptier);
        }
        for (int i = emptier; i < emptier + ROW; i++) {
            if (entries.getAcquire(i) == null) {
                return i;
            }
        }
        return emptier;
    }

    private int placeOf(int row, TokenScratch scratch, String provider) {
        for (int i = row; i < row + ROW; i++) {
            VerifiedToken entry = entries.getAcquire(i);
            if (entry != null && entry.isFor(scratch, provider)) {
                return i;
            }
        }
        return -1;
    }

    private int free(int row) {
        int free = 0;
        for (int i = row; i < row + ROW; i++) {
            free += entries.getAcquire(i) == null ? 1 : 0;
        }
        return free;
    }

    /// -1 in an empty row.
    private int oldest(int row) {
        int oldest = -1;
        for (int i = row; i < row + ROW; i++) {
            oldest = older(oldest, entries.getAcquire(i) == null ? -1 : i);
        }
        return oldest;
    }

    private int older(int one, int other) {
        VerifiedToken ofOne = one < 0 ? null : entries.getAcquire(one);
        VerifiedToken ofOther = other < 0 ? null : entries.getAcquire(other);
        if (ofOne == null || ofOther == null) {
            return ofOther == null ? one : other;
        }
        return ofOther.verifiedAtMs() < ofOne.verifiedAtMs() ? other : one;
    }

    private void evictAfter(int row) {
        int slots = entries.length();
        for (int step = ROW; step < slots; step++) {
            int i = (row + step) & (slots - 1);
            VerifiedToken entry = entries.getAcquire(i);
            if (entry != null && entries.compareAndSet(i, entry, null)) {
                size.decrementAndGet();
                return;
            }
        }
    }

    private int firstRow(TokenScratch scratch) {
        return ((int) scratch.word0 & rowMask) * ROW;
    }

    private int secondRow(TokenScratch scratch) {
        return ((int) scratch.word1 & rowMask) * ROW;
    }
}
