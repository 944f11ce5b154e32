package io.forebay.offload.codec;

import io.forebay.offload.JobId;
import io.forebay.offload.SpoolId;
import io.forebay.offload.machine.QueueCounters;
import io.forebay.offload.machine.QueueEntry;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Reads;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What a whole store holds, for those who look at it from outside or copy it. Holds no state; as thread-safe
/// as the reads beneath. What cannot be read is a [io.forebay.offload.storage.DamagedValueException].
public final class StoreContents {
    /// The format that this program reads and writes.
    public static final int FORMAT = MetaCodec.FORMAT;

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
}
