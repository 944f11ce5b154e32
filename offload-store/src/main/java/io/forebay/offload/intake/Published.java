package io.forebay.offload.intake;

import io.forebay.offload.QueueStats;
import io.forebay.offload.StoreHealth;
import io.forebay.offload.storage.Storage;
import io.forebay.offload.storage.StorageException;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the writer shows to others: health, queue figures, and the open storage. Readers hold the storage only
/// inside [#reading], so the writer can close it without pulling it from under them.
final class Published {
    private final ReadWriteLock gate = new ReentrantReadWriteLock();
    private @Nullable Storage storage;
    private volatile StoreHealth.Condition condition = StoreHealth.Condition.CLOSED;
    private volatile String detail = "not open yet";
    private volatile long generation;
    private volatile long durableSeq;
    private volatile Map<String, QueueStats> queues = Map.of();
    private volatile Map<String, Integer> queueIds = Map.of();

    /// By the writer: shows a storage, or takes it away once no reader is inside.
    void show(@Nullable Storage next) {
        gate.writeLock().lock();
        try {
            storage = next;
        } finally {
            gate.writeLock().unlock();
        }
    }

    /// Fails with [StorageException] while there is no storage.
    <T> T reading(Function<Storage, T> work) {
        gate.readLock().lock();
        try {
            Storage open = storage;
            if (open == null) {
                throw new StorageException(detail);
            }
            return work.apply(open);
        } finally {
            gate.readLock().unlock();
        }
    }

    StoreHealth health() {
        return new StoreHealth(condition, generation, durableSeq, detail);
    }

    void condition(StoreHealth.Condition next, String why) {
        detail = why;
        condition = next;
    }

    StoreHealth.Condition condition() {
        return condition;
    }

    String detail() {
        return detail;
    }

    /// By the writer after each commit.
    void committed(long seq, long queueGeneration) {
        generation = queueGeneration;
        durableSeq = seq;
    }

    long durableSeq() {
        return durableSeq;
    }

    Map<String, QueueStats> queues() {
        return queues;
    }

    @Nullable
    Integer queueId(String name) {
        return queueIds.get(name);
    }

    void queues(Map<String, QueueStats> next, Map<String, Integer> ids) {
        queueIds = Map.copyOf(ids);
        queues = Map.copyOf(next);
    }
}
