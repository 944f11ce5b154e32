package io.forebay.offload.codec;

import io.forebay.offload.JobId;
import io.forebay.offload.SpoolId;
import io.forebay.offload.machine.QueueCounters;
import io.forebay.offload.machine.QueueEntry;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.TopicHead;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Reads;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/// What a whole store holds, for those who look at it from outside or copy it. Holds no state; as thread-safe
/// as the reads beneath. What cannot be read is a [io.forebay.offload.storage.DamagedValueException].
public final class StoreContents {
    /// The format that this program reads and writes.
    public static final int FORMAT = MetaCodec.FORMAT;

    private static final byte[] EVERY_KEY_IS_BEFORE = new byte[64];

    static {
        Arrays.fill(EVERY_KEY_IS_BEFORE, (byte) -1);
    }

    private final Reads reads;

    public StoreContents(Reads reads) {
        this.reads = reads;
    }

    /// The format of the store; 0 if nobody has written to it.
    public int format() {
        byte[] key = Keys.meta(Keys.META_FORMAT);
        byte[] value = reads.read(Family.META, key);
        return value == null ? 0 : MetaCodec.format(key, value);
    }

    /// A queue and what it holds.
    public record Queue(QueueEntry entry, QueueCounters counters) {}

    public List<Queue> queues() {
        List<Queue> queues = new ArrayList<>();
        for (QueueEntry entry : Opening.queues(reads)) {
            queues.add(new Queue(entry, Opening.counters(reads, entry.id())));
        }
        return queues;
    }

    /// How many jobs there are in each list, over all queues.
    public Map<StateClass, Long> jobCounts() {
        Map<StateClass, Long> counts = new EnumMap<>(StateClass.class);
        for (Queue queue : queues()) {
            for (StateClass list : StateClass.values()) {
                counts.merge(list, queue.counters().held(list), Long::sum);
            }
        }
        return counts;
    }

    /// Visits the files of the spool to which jobs refer, until the visitor says stop.
    public void files(Predicate<SpoolId> visitor) {
        Opening.scanKind(reads, Keys.META_SPOOL, (key, value) -> visitor.test(Keys.spoolFile(key)));
    }

    /// Visits the ids of all jobs, oldest first, until the visitor says stop.
    public void jobIds(Predicate<JobId> visitor) {
        byte[] end = Keys.after(Keys.job(JobId.LAST));
        reads.scan(Family.JOB, Keys.job(JobId.FIRST), end, (key, value) -> {
            ByteBuffer at = ByteBuffer.wrap(key);
            return visitor.test(new JobId(at.getLong(), at.getLong()));
        });
    }

    /// Fails with [io.forebay.offload.storage.StorageException] that says both formats if this program does not read
    /// the store's.
    public void requireReadable() {
        Opening.checkFormat(reads);
    }

    public boolean has(Family family, byte[] key) {
        return reads.read(family, key) != null;
    }

    /// How many keys of a family stand for jobs, each read and those of single values checked; of `meta` the names of
    /// bodies, and none of the families that jobs do not account for.
    public long countOfJobs(Family family, IntConsumer readBytes) {
        long[] count = {0};
        Reads.Visitor counting = (key, value) -> {
            readBytes.accept(key.length + value.length);
            count[0] += isOfJob(family, key) ? 1 : 0;
            checkValue(family, key, value);
            return true;
        };
        byte[] from = family == Family.META ? Keys.meta(Keys.META_SPOOL) : new byte[0];
        byte[] to = family == Family.META ? Keys.meta((byte) (Keys.META_SPOOL + 1)) : EVERY_KEY_IS_BEFORE;
        reads.scan(family, from, to, counting);
        return count[0];
    }

    private static boolean isOfJob(Family family, byte[] key) {
        return switch (family) {
            case JOB, BLOB, READY, TIMER, INDEX, META -> true;
            // Place 0 is the line itself.
            case ORDER -> Keys.orderSeq(key) != 0;
            case IDEM, LOG -> false;
        };
    }

    /// What belongs to a job is checked with the job.
    private static void checkValue(Family family, byte[] key, byte[] value) {
        switch (family) {
            case READY -> EntryCodec.ready(key, value);
            case IDEM -> EntryCodec.idem(key, value);
            case LOG -> EntryCodec.log(key, value);
            case META, JOB, BLOB, TIMER, ORDER, INDEX -> {}
        }
    }

    /// Whether the offsets of each topic are dense up to its head.
    public void checkTopics() {
        Opening.scanKind(reads, Keys.META_TOPIC, (key, value) -> {
            checkTopic(Keys.metaName(key), MetaCodec.topic(key, value));
            return true;
        });
    }

    private void checkTopic(String name, TopicHead head) {
        long[] next = {0};
        reads.scan(Family.LOG, Keys.log(head.topicId(), 0), Keys.log(head.topicId(), Long.MAX_VALUE), (key, value) -> {
            if (Keys.logOffset(key) != next[0]) {
                throw new DamagedValueException("topic " + name, "offset " + next[0] + " is missing");
            }
            next[0]++;
            return true;
        });
        if (next[0] != head.nextOffset()) {
            throw new DamagedValueException("topic " + name, "offset " + next[0] + " is missing");
        }
    }
}
