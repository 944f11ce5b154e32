package io.forebay.offload.machine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The cached ready jobs of all queues under one bound, and which shards want more from disk. Part of the index;
/// owned by `store-writer`.
final class ReadyBoard {
    private final int cachedMax;
    private final LinkedHashSet<Shard> hungry = new LinkedHashSet<>();
    private int cached;
    private int refillsUnderWay;
    private long lastTicket;

    ReadyBoard(int cachedMax) {
        this.cachedMax = cachedMax;
    }

    int cached() {
        return cached;
    }

    void joined(QueueState queue, StoredJob job, long commitSeq) {
        ShardKey key = job.origin().shard();
        Shard shard = queue.shard(key);
        if (shard == null) {
            throw new IllegalStateException("ready job in a shard nobody noted: " + key);
        }
        int before = shard.run().size();
        boolean hasRoom = cached < cachedMax;
        shard.joined(job.progress().readySeq(), job.id(), job.waitingSinceMs(), hasRoom, commitSeq);
        settle(queue, shard, shard.run().size() - before);
    }

    void left(QueueState queue, ShardKey key, long seq) {
        Shard shard = queue.shard(key);
        if (shard != null) {
            settle(queue, shard, shard.left(seq) ? -1 : 0);
        }
    }

    /// Takes a cached entry out without its having left on disk.
    void dropped(QueueState queue, ShardKey key, long seq) {
        Shard shard = queue.shard(key);
        if (shard != null && shard.run().remove(seq)) {
            settle(queue, shard, -1);
        }
    }

    void refilled(@Nullable QueueState queue, Refill refill) {
        refillsUnderWay--;
        Shard shard = queue == null ? null : queue.shard(refill.shard());
        if (queue != null && shard != null) {
            settle(queue, shard, shard.refilled(refill));
        }
    }

    void restored(QueueState queue, Shard shard) {
        queue.addShard(shard);
        settle(queue, shard, 0);
    }

    private void settle(QueueState queue, Shard shard, int cachedBy) {
        cached += cachedBy;
        queue.cachedChanged(shard.key(), cachedBy);
        if (shard.wantsRefill()) {
            hungry.add(shard);
        } else {
            hungry.remove(shard);
        }
    }

    /// What to ask the readers now, so that at most `underWayMax` requests are out.
    List<Refill.Request> ask(int underWayMax, long durableSeq) {
        List<Refill.Request> requests = new ArrayList<>();
        Iterator<Shard> next = hungry.iterator();
        while (refillsUnderWay < underWayMax && next.hasNext()) {
            Shard shard = next.next();
            next.remove();
            int limit = Math.clamp(cachedMax - cached, Shard.CACHED_MIN, Shard.CACHED_MAX);
            requests.add(shard.askRefill(++lastTicket, limit, durableSeq));
            refillsUnderWay++;
        }
        return requests;
    }

    /// A request could not be made, or its reader failed: it is asked again.
    void refillFailed(@Nullable QueueState queue, Refill.Request request) {
        refillsUnderWay--;
        Shard shard = queue == null ? null : queue.shard(request.shard());
        if (queue != null && shard != null) {
            shard.abandonRefill();
            settle(queue, shard, 0);
        }
    }
}
