package io.forebay.offload.machine;

import io.forebay.offload.Timing;
import org.jspecify.annotations.Nullable;

/// The shards of one tenant in one queue, one a priority, and where the tenant stands among others ([TenantTurns]).
final class TenantLane {
    /// A waiting job gains one priority in this time, so that nothing starves.
    static final long AGEING_MS = 60_000;

    static final long UNKNOWN = -1;

    private final @Nullable Shard[] shards = new Shard[Timing.PRIORITY_MAX + 1];
    private final int tenantId;
    private int cached;
    private long turn;
    private long averageMs;
    private int weight = 1;

    TenantLane(int tenantId) {
        this.tenantId = tenantId;
    }

    int tenantId() {
        return tenantId;
    }

    long turn() {
        return turn;
    }

    /// Not while it stands in an order by turns.
    void turn(long next) {
        turn = next;
    }

    /// What its attempts took lately, 0 before one has ended.
    long averageMs() {
        return averageMs;
    }

    void averageMs(long next) {
        averageMs = next;
    }

    /// As of its last lease, 1 before.
    int weight() {
        return weight;
    }

    void weight(int next) {
        weight = next;
    }

    /// Its ready jobs of this priority and above, [#UNKNOWN] if there are more than are cached.
    long ready(int priority) {
        long ready = 0;
        for (int i = priority; i < shards.length; i++) {
            Shard shard = shards[i];
            if (shard != null) {
                if (!shard.isComplete()) {
                    return UNKNOWN;
                }
                ready += shard.run().size();
            }
        }
        return ready;
    }

    @Nullable
    Shard shard(int priority) {
        return shards[priority];
    }

    void add(Shard shard) {
        shards[shard.key().priority()] = shard;
    }

    void forget(int priority) {
        shards[priority] = null;
    }

    void cachedChanged(int by) {
        cached += by;
    }

    boolean hasCached() {
        return cached > 0;
    }

    boolean isEmpty() {
        for (Shard shard : shards) {
            if (shard != null) {
                return false;
            }
        }
        return true;
    }

    /// The shard whose head is the most urgent now: priority plus age, then the earlier place.
    @Nullable
    Shard mostUrgent(long nowMs) {
        Shard best = null;
        long bestRank = Long.MIN_VALUE;
        for (int priority = shards.length - 1; priority >= 0; priority--) {
            Shard shard = shards[priority];
            if (shard == null || shard.run().isEmpty()) {
                continue;
            }
            long ageMs = Math.max(0, nowMs - shard.run().firstSinceMs());
            long rank = priority + ageMs / AGEING_MS;
            if (best == null || rank > bestRank || (rank == bestRank && isEarlier(shard, best))) {
                best = shard;
                bestRank = rank;
            }
        }
        return best;
    }

    private static boolean isEarlier(Shard a, Shard b) {
        return a.run().firstSeq() < b.run().firstSeq();
    }

    /// Since when the one of the cached heads waits that waits longest, `Long.MAX_VALUE` for none.
    long oldestMs() {
        long oldest = Long.MAX_VALUE;
        for (Shard shard : shards) {
            if (shard != null && !shard.run().isEmpty()) {
                oldest = Math.min(oldest, shard.run().firstSinceMs());
            }
        }
        return oldest;
    }
}
