package io.forebay.mesh;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Which endpoint a hash belongs to: the lookup table of Maglev (Eisenbud et al., NSDI 2016, section 3.4). Each
/// endpoint fills slots in an order of its own, in turns, in proportion to its weight; when one leaves, nearly all
/// slots of the others stay theirs. Immutable, 64 KiB; made by whoever publishes a policy, read by every loop.
public final class MaglevTable {
    /// A prime, about a thousand times as many slots as a backend has endpoints.
    static final int SLOTS = 65_537;

    private static final byte EMPTY = -1;

    /// After so many an endpoint with a fair share of the slots has been met.
    private static final int DRAWS_MAX = 4 * Backend.ENDPOINTS_MAX;

    private final List<Endpoint> endpoints;
    private final byte[] slots = new byte[SLOTS];

    private MaglevTable(List<Endpoint> endpoints) {
        this.endpoints = endpoints;
        Arrays.fill(slots, EMPTY);
        fill();
    }

    /// The table of these endpoints, in any order; those of weight 0 get no slot.
    ///
    /// @param endpoints at most [Backend#ENDPOINTS_MAX]
    public static MaglevTable of(List<Endpoint> endpoints) {
        return new MaglevTable(List.copyOf(endpoints));
    }

    /// Whether [#of(List)] would make the same.
    public boolean isOf(List<Endpoint> others) {
        return endpoints.equals(others);
    }

    /// The position of the endpoint for `hash` among those of `readyBits`. Where the hash's own endpoint is not
    /// among them, the hash is hashed again: what an absent endpoint had is shared by all others, and theirs
    /// stays theirs.
    ///
    /// @param readyBits one bit an endpoint by position, of weight 1 or more; at least one
    public int find(long hash, long readyBits) {
        long draw = hash;
        for (int draws = 0; draws < DRAWS_MAX; draws++) {
            byte holder = slots[(int) Long.remainderUnsigned(draw, SLOTS)];
            if (holder != EMPTY && (readyBits >>> holder & 1) != 0) {
                return holder;
            }
            draw = mix(draw);
        }
        // Very few are left, or, beside much heavier ones, some that have no slot at all.
        return Long.numberOfTrailingZeros(readyBits);
    }

    private void fill() {
        int count = endpoints.size();
        int weightMax = endpoints.stream().mapToInt(Endpoint::weight).max().orElse(0);
        if (weightMax == 0) {
            return;
        }
        int[] next = new int[count];
        int[] step = new int[count];
        long[] credit = new long[count];
        for (int i = 0; i < count; i++) {
            // By address alone: a place is the same whatever the others are and in whichever order they stand.
            long hash = hash(endpoints.get(i).toString());
            next[i] = (int) Long.remainderUnsigned(hash, SLOTS);
            step[i] = 1 + (int) Long.remainderUnsigned(mix(hash), SLOTS - 1);
        }
        int[] turns = byAddress();
        int filled = 0;
        while (true) {
            for (int i : turns) {
                credit[i] += endpoints.get(i).weight();
                if (credit[i] < weightMax) {
                    continue;
                }
                credit[i] -= weightMax;
                while (slots[next[i]] != EMPTY) {
                    next[i] = (next[i] + step[i]) % SLOTS;
                }
                slots[next[i]] = (byte) i;
                if (++filled == SLOTS) {
                    return;
                }
            }
        }
    }

    private int[] byAddress() {
        return IntStream.range(0, endpoints.size())
                .boxed()
                .sorted(Comparator.comparing(i -> endpoints.get(i).toString()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /// FNV-1a, mixed once more since names differ in their last characters.
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
    private static long mix(long seed) {
        long z = seed + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
