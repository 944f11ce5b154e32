package io.forebay.offload.codec;

import io.forebay.offload.JobId;
import io.forebay.offload.machine.JobIndex;
import io.forebay.offload.machine.LogRecord;
import io.forebay.offload.machine.QueueCounters;
import io.forebay.offload.machine.QueueEntry;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Reads;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.timer.TimerKey;
import io.forebay.offload.timer.TimerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Builds the index from what is on disk. The work grows with queues, shards and running jobs, never with what
/// waits: the counters were written with each commit, and ready jobs come by refill.
///
/// @param lastMs the time of the last commit, 0 for a new store
/// @param running jobs whose leases the machine must look at
public record Opening(JobIndex index, long lastMs, boolean isNew, List<JobId> running) {
    private static final Stamp BEGINNING = new Stamp(0, new TimerKey(0, TimerKind.DELAY, JobId.FIRST), 1);

    /// `damage` hears of running jobs that cannot be read; they are left as they are.
    public static Opening of(Reads reads, int cachedReadyMax, Consumer<DamagedValueException> damage) {
        boolean isNew = checkFormat(reads);
        byte[] stampKey = Keys.meta(Keys.META_STAMP);
        byte[] value = reads.read(Family.META, stampKey);
        Stamp stamp = value == null ? BEGINNING : MetaCodec.stamp(stampKey, value);
        JobIndex.Beginning beginning =
                new JobIndex.Beginning(stamp.timerCursor(), stamp.nextTenantId(), generation(reads));
        StoredView view = new StoredView(reads, damage);
        JobIndex index = new JobIndex(view, beginning, cachedReadyMax);
        List<JobId> running = new ArrayList<>();
        for (QueueEntry queue : queues(reads)) {
            QueueCounters counters = counters(reads, queue.id());
            index.restoreQueue(queue, counters);
            restoreRunning(reads, view, index, queue.id(), counters, running);
        }
        restoreRest(reads, index);
        return new Opening(index, stamp.nowMs(), isNew, running);
    }

    /// True for a store nobody wrote to yet.
    static boolean checkFormat(Reads reads) {
        byte[] key = Keys.meta(Keys.META_FORMAT);
        byte[] value = reads.read(Family.META, key);
        if (value == null) {
            boolean[] any = {false};
            reads.scan(Family.META, new byte[0], new byte[] {-1}, (k, v) -> {
                any[0] = true;
                return false;
            });
            if (any[0]) {
                throw new DamagedValueException(ValueReader.where(Family.META, key), "the store's format is missing");
            }
            return true;
        }
        int format = MetaCodec.format(key, value);
        if (format != MetaCodec.FORMAT) {
            throw new StorageException("the store has format " + format + ", this program reads " + MetaCodec.FORMAT);
        }
        return false;
    }

    private static long generation(Reads reads) {
        byte[] key = Keys.meta(Keys.META_GENERATION);
        byte[] value = reads.read(Family.META, key);
        return value == null ? 0 : MetaCodec.number(key, value);
    }

    static List<QueueEntry> queues(Reads reads) {
        List<QueueEntry> queues = new ArrayList<>();
        scanKind(reads, Keys.META_QUEUE, (key, value) -> queues.add(MetaCodec.queue(key, value)));
        return queues;
    }

    static QueueCounters counters(Reads reads, int queueId) {
        byte[] key = Keys.meta(Keys.META_COUNTERS, queueId);
        byte[] value = reads.read(Family.META, key);
        if (value == null) {
            throw new DamagedValueException(ValueReader.where(Family.META, key), "a queue without counters");
        }
        return MetaCodec.counters(key, value);
    }

    private static void restoreRunning(
            Reads reads, StoredView view, JobIndex index, int queueId, QueueCounters counters, List<JobId> running) {
        if (counters.held(StateClass.RUNNING) == 0) {
            return;
        }
        byte[] from = Keys.index(queueId, StateClass.RUNNING, counters.sinceMs(StateClass.RUNNING), JobId.FIRST);
        List<JobId> found = new ArrayList<>();
        reads.scan(
                Family.INDEX,
                from,
                Keys.indexEnd(queueId, StateClass.RUNNING),
                (key, value) -> found.add(Keys.indexJob(key)));
        for (JobId id : found) {
            StoredJob job = view.readableJob(id);
            if (job != null) {
                index.restoreRunning(job);
                running.add(id);
            }
        }
    }

    private static void restoreRest(Reads reads, JobIndex index) {
        scanKind(reads, Keys.META_SHARD, (key, value) -> {
            index.restoreShard(Keys.shardOf(key), MetaCodec.number(key, value));
            return true;
        });
        scanKind(reads, Keys.META_TOPIC, (key, value) -> {
            index.restoreTopic(Keys.metaName(key), MetaCodec.topic(key, value));
            return true;
        });
        scanKind(reads, Keys.META_SWEEP, (key, value) -> {
            index.replay(new LogRecord.SweepSet(MetaCodec.sweep(key, value)));
            return true;
        });
    }

    static void scanKind(Reads reads, byte kind, Reads.Visitor visitor) {
        reads.scan(Family.META, Keys.meta(kind), Keys.meta((byte) (kind + 1)), visitor);
    }
}
