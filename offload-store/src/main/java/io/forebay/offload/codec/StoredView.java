package io.forebay.offload.codec;

import io.forebay.offload.EventPage;
import io.forebay.offload.JobId;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.RequestBytes;
import io.forebay.offload.SpoolId;
import io.forebay.offload.TopicPage;
import io.forebay.offload.machine.Durable;
import io.forebay.offload.machine.IdemEntry;
import io.forebay.offload.machine.IdemKey;
import io.forebay.offload.machine.KeyUse;
import io.forebay.offload.machine.Line;
import io.forebay.offload.machine.LineKey;
import io.forebay.offload.machine.Part;
import io.forebay.offload.machine.QueueCounters;
import io.forebay.offload.machine.Refill;
import io.forebay.offload.machine.ShardKey;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.machine.TenantKey;
import io.forebay.offload.machine.TenantUsage;
import io.forebay.offload.machine.TopicHead;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Reads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Stored bytes as jobs, lines, entries. Holds no state of its own; as thread-safe as the reads beneath. What cannot be
/// read is a [DamagedValueException]; only where others stand behind it is it left out and handed to `damage`.
public final class StoredView implements Durable {
    private final Reads reads;
    private final Consumer<DamagedValueException> damage;

    public StoredView(Reads reads, Consumer<DamagedValueException> damage) {
        this.reads = reads;
        this.damage = damage;
    }

    @Override
    public @Nullable StoredJob job(JobId id) {
        byte[] value = reads.read(Family.JOB, Keys.job(id));
        return value == null ? null : JobCodec.decode(id, value);
    }

    @Override
    public @Nullable StoredJob readableJob(JobId id) {
        try {
            StoredJob job = job(id);
            if (job == null) {
                damage.accept(new DamagedValueException(
                        ValueReader.where(Family.JOB, Keys.job(id)), "others name it, and it is missing"));
            }
            return job;
        } catch (DamagedValueException e) {
            damage.accept(e);
            return null;
        }
    }

    @Override
    public @Nullable IdemEntry key(IdemKey key) {
        byte[] stored = Keys.idem(key);
        byte[] value = reads.read(Family.IDEM, stored);
        return value == null ? null : EntryCodec.idem(stored, value);
    }

    @Override
    public @Nullable Line line(LineKey key) {
        byte[] stored = Keys.order(key, 0);
        byte[] value = reads.read(Family.ORDER, stored);
        return value == null ? null : EntryCodec.line(stored, value);
    }

    @Override
    public @Nullable KeyUse keyUse(LineKey key) {
        byte[] stored = Keys.order(key, 0);
        byte[] value = reads.read(Family.ORDER, stored);
        try {
            return value == null ? null : EntryCodec.keyUse(stored, value);
        } catch (DamagedValueException e) {
            // Jobs that are well must not be held up by it.
            damage.accept(e);
            return KeyUse.UNKNOWN;
        }
    }

    @Override
    public List<Place> inLine(LineKey line, long afterSeq, int limit) {
        List<Place> places = new ArrayList<>();
        reads.scan(Family.ORDER, Keys.order(line, afterSeq + 1), Keys.order(line, Long.MAX_VALUE), (key, value) -> {
            unlessDamaged(() -> places.add(new Place(Keys.orderSeq(key), EntryCodec.place(key, value))));
            return places.size() < limit;
        });
        return places;
    }

    private void unlessDamaged(Runnable read) {
        try {
            read.run();
        } catch (DamagedValueException e) {
            damage.accept(e);
        }
    }

    @Override
    public TenantUsage usage(TenantKey tenant) {
        byte[] key = Keys.metaUsage(tenant);
        byte[] value = reads.read(Family.META, key);
        return value == null ? TenantUsage.NONE : MetaCodec.usage(key, value);
    }

    @Override
    public int tenantId(String name) {
        byte[] key = Keys.meta(Keys.META_TENANT, name);
        byte[] value = reads.read(Family.META, key);
        return value == null ? 0 : (int) MetaCodec.number(key, value);
    }

    @Override
    public byte[] payload(StoredJob job, PayloadPart name) {
        Part part = job.payload().part(name);
        byte[] content = part.isPaired() ? paired(job.id(), name) : assembled(job.id(), name, part);
        if (Part.checksum(content) != part.crc()) {
            throw damaged(job.id(), name, "checksum of the whole part");
        }
        return content;
    }

    private byte[] paired(JobId id, PayloadPart name) {
        PayloadPart head = name.head();
        RequestBytes pair = pair(id, head);
        if (pair == null) {
            throw damaged(id, name, "it is missing");
        }
        return name == head ? pair.head() : pair.body();
    }

    private @Nullable RequestBytes pair(JobId id, PayloadPart head) {
        byte[] key = Keys.pair(id, head);
        byte[] value = reads.read(Family.BLOB, key);
        return value == null ? null : EntryCodec.pair(key, value);
    }

    /// The whole request if it is a pair; `null` if it is not, or has gone.
    public @Nullable RequestBytes request(JobId id) {
        return pair(id, PayloadPart.REQUEST_HEAD);
    }

    private byte[] assembled(JobId id, PayloadPart name, Part part) {
        byte[] content = new byte[(int) part.bytes()];
        int at = 0;
        for (int chunk = 0; chunk < part.chunks(); chunk++) {
            byte[] key = Keys.blob(id, name, chunk);
            byte[] value = reads.read(Family.BLOB, key);
            if (value == null) {
                throw damaged(id, name, "chunk " + chunk + " is missing");
            }
            byte[] piece = EntryCodec.chunk(key, value);
            if (piece.length > content.length - at) {
                throw damaged(id, name, "longer than its job says");
            }
            System.arraycopy(piece, 0, content, at, piece.length);
            at += piece.length;
        }
        if (at != content.length) {
            throw damaged(id, name, "shorter than its job says");
        }
        return content;
    }

    /// Whether some job refers to this file of the spool.
    public boolean isReferred(SpoolId file) {
        return reads.read(Family.META, Keys.metaSpool(file)) != null;
    }

    /// Events from number `from` on, up to `limit` of them and not many more than `bytesMax` bytes.
    public List<EventPage.Entry> events(StoredJob job, int from, int limit, int bytesMax) {
        List<EventPage.Entry> entries = new ArrayList<>();
        int[] bytes = {0};
        byte[] end = Keys.event(job.id(), job.progress().events().count());
        reads.scan(Family.BLOB, Keys.event(job.id(), from), end, (key, value) -> {
            EventPage.Entry entry = EntryCodec.event(key, value);
            if (entry.number() != from + entries.size()) {
                throw new DamagedValueException(ValueReader.where(Family.BLOB, key), "the event before it is missing");
            }
            entries.add(entry);
            bytes[0] += entry.event().bytes();
            return entries.size() < limit && bytes[0] < bytesMax;
        });
        return entries;
    }

    private static DamagedValueException damaged(JobId id, PayloadPart name, String what) {
        return new DamagedValueException(ValueReader.where(Family.BLOB, Keys.blob(id, name, 0)), what);
    }

    @Override
    public List<Durable.Listed> listed(int queueId, StateClass list, long changedMs, JobId job, long toMs, int limit) {
        List<Durable.Listed> entries = new ArrayList<>();
        byte[] start = Keys.after(Keys.index(queueId, list, changedMs, job));
        byte[] end = Keys.after(Keys.index(queueId, list, toMs, JobId.LAST));
        reads.scan(Family.INDEX, start, end, (key, value) -> {
            entries.add(new Durable.Listed(Keys.indexChangedMs(key), Keys.indexJob(key)));
            return entries.size() < limit;
        });
        return entries;
    }

    /// Answers a refill request; one entry more than asked is looked for, to know whether the end was reached. An entry
    /// that cannot be read is left out and stays where it is.
    public Refill refill(Refill.Request request, long snapshotSeq) {
        List<Refill.Entry> entries = new ArrayList<>();
        boolean[] more = {false};
        byte[] from = Keys.ready(request.shard(), request.coveredTo() + 1);
        reads.scan(Family.READY, from, Keys.ready(request.shard(), Long.MAX_VALUE), (key, value) -> {
            if (entries.size() == request.limit()) {
                more[0] = true;
                return false;
            }
            unlessDamaged(() -> entries.add(EntryCodec.ready(key, value)));
            return true;
        });
        return new Refill(request.shard(), request.ticket(), entries, !more[0], snapshotSeq);
    }

    /// Ready jobs of the same shard before this one, counted to `max`.
    public int position(StoredJob job, int max) {
        if (!job.isReady()) {
            return 0;
        }
        ShardKey shard = job.origin().shard();
        byte[] cursorKey = Keys.metaShard(shard);
        byte[] cursor = reads.read(Family.META, cursorKey);
        long from = cursor == null ? 0 : MetaCodec.number(cursorKey, cursor);
        int[] ahead = {0};
        byte[] to = Keys.ready(shard, job.progress().readySeq());
        reads.scan(Family.READY, Keys.ready(shard, from + 1), to, (key, value) -> ++ahead[0] < max);
        return ahead[0];
    }

    /// Ids of one list after the index key `after`, with their keys; as many as `limit`. What was deleted before the
    /// list's oldest entry is not looked at.
    public List<Entry> list(int queueId, StateClass stateClass, byte @Nullable [] after, int limit) {
        List<Entry> listed = new ArrayList<>();
        byte[] head = Keys.index(queueId, stateClass, counters(queueId).sinceMs(stateClass), JobId.FIRST);
        byte[] from = after == null || Arrays.compareUnsigned(after, head) < 0 ? head : Keys.after(after);
        reads.scan(Family.INDEX, from, Keys.indexEnd(queueId, stateClass), (key, value) -> {
            listed.add(new Entry(key, Keys.indexJob(key)));
            return listed.size() < limit;
        });
        return listed;
    }

    private QueueCounters counters(int queueId) {
        byte[] key = Keys.meta(Keys.META_COUNTERS, queueId);
        byte[] value = reads.read(Family.META, key);
        return value == null ? new QueueCounters() : MetaCodec.counters(key, value);
    }

    /// One entry of a list.
    @SuppressWarnings("ArrayRecordComponent") // a cursor, never compared
    public record Entry(byte[] key, JobId job) {}

    public List<TopicPage.Entry> topic(String topic, long offset, int limit) {
        TopicHead head = topicHead(topic);
        if (head == null) {
            return List.of();
        }
        int topicId = head.topicId();
        List<TopicPage.Entry> entries = new ArrayList<>();
        reads.scan(Family.LOG, Keys.log(topicId, offset), Keys.log(topicId, Long.MAX_VALUE), (key, value) -> {
            entries.add(EntryCodec.log(key, value));
            return entries.size() < limit;
        });
        return entries;
    }

    /// The offset that a topic's next entry will have, 0 of one that has none; they are dense up to it.
    public long topicEnd(String topic) {
        TopicHead head = topicHead(topic);
        return head == null ? 0 : head.nextOffset();
    }

    private @Nullable TopicHead topicHead(String topic) {
        byte[] key = Keys.meta(Keys.META_TOPIC, topic);
        byte[] value = reads.read(Family.META, key);
        return value == null ? null : MetaCodec.topic(key, value);
    }
}
