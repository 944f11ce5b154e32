package io.forebay.offload.codec;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.SpoolId;
import io.forebay.offload.machine.Events;
import io.forebay.offload.machine.JobIndex;
import io.forebay.offload.machine.KeyUse;
import io.forebay.offload.machine.Line;
import io.forebay.offload.machine.LineKey;
import io.forebay.offload.machine.LogRecord;
import io.forebay.offload.machine.Ordering;
import io.forebay.offload.machine.Part;
import io.forebay.offload.machine.StoredBytes;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.machine.TenantKey;
import io.forebay.offload.machine.TenantUsage;
import io.forebay.offload.machine.TopicHead;
import io.forebay.offload.storage.Batch;
import io.forebay.offload.storage.Family;
import io.forebay.offload.timer.TimerKey;
import io.forebay.offload.timer.TimerKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes records into a batch. The keys that follow from a job are not in its records: they are the difference
/// between the keys of the job before and of the job after. None of those is put again before it was deleted
/// ([Batch#deleteOnce]): what comes and goes between two flushes leaves no trace. Owned by `store-writer`.
public final class RecordWriter {
    private static final TimerKind[] KINDS = TimerKind.values();
    private static final PayloadPart[] PARTS = PayloadPart.values();

    private final ValueWriter out = new ValueWriter();
    private final byte[] nothing = EntryCodec.nothing(new ValueWriter());

    /// `before` is the job the record changes, as it stands now; `null` where the record changes none.
    public void write(LogRecord record, @Nullable StoredJob before, Batch batch) {
        switch (record) {
            case LogRecord.JobCreated(StoredJob job, List<StoredBytes> stored) -> job(null, job, stored, batch);
            case LogRecord.JobChanged(StoredJob job, List<StoredBytes> stored) -> job(before, job, stored, batch);
            case LogRecord.EventsAppended appended -> events(before, appended, batch);
            case LogRecord.JobErased erased -> job(before, null, List.of(), batch);
            case LogRecord.JobMoved(StoredJob job) -> moved(requireNonNull(before, "job"), job, batch);
            case LogRecord.KeyBound bound ->
                batch.put(Family.IDEM, Keys.idem(bound.key()), EntryCodec.idem(out, bound.entry()));
            case LogRecord.KeyFreed freed -> batch.delete(Family.IDEM, Keys.idem(freed.key()));
            case LogRecord.LineMoved(LineKey key, Line line) -> line(key, line, batch);
            case LogRecord.KeyUsed(LineKey key, KeyUse use) -> keyUse(key, use, batch);
            case LogRecord.QueueSet set ->
                batch.put(Family.META, Keys.meta(Keys.META_QUEUE, set.queue().id()), MetaCodec.queue(out, set.queue()));
            case LogRecord.GenerationSet(long generation) ->
                batch.put(Family.META, Keys.meta(Keys.META_GENERATION), MetaCodec.number(out, generation));
            case LogRecord.TenantNamed named ->
                batch.put(Family.META, Keys.meta(Keys.META_TENANT, named.name()), MetaCodec.number(out, named.id()));
            case LogRecord.ShardNoted noted ->
                batch.put(Family.META, Keys.metaShard(noted.key()), MetaCodec.number(out, noted.cursor()));
            case LogRecord.ShardForgotten forgotten -> batch.delete(Family.META, Keys.metaShard(forgotten.key()));
            case LogRecord.Appended appended -> appended(appended, batch);
            case LogRecord.SweepSet set ->
                batch.put(
                        Family.META,
                        Keys.meta(Keys.META_SWEEP, set.sweep().queueId()),
                        MetaCodec.sweep(out, set.sweep()));
            case LogRecord.SweepEnded ended -> batch.delete(Family.META, Keys.meta(Keys.META_SWEEP, ended.queueId()));
            // These stand in the stamp of every commit, or in memory alone.
            case LogRecord.TimersPassed ignored -> {}
            case LogRecord.LeaseMoved ignored -> {}
            case LogRecord.QueueGated ignored -> {}
            case LogRecord.ShardRefilled ignored -> {}
            case LogRecord.EntryDropped ignored -> {}
            case LogRecord.FileDropped ignored -> {}
        }
    }

    /// What a commit adds to the records in it.
    public void seal(long nowMs, JobIndex index, Batch batch) {
        for (JobIndex.QueueTotals totals : index.touchedTotals()) {
            batch.put(
                    Family.META,
                    Keys.meta(Keys.META_COUNTERS, totals.queueId()),
                    MetaCodec.counters(out, totals.counters()));
        }
        index.changedUsage().forEach((tenant, usage) -> usage(tenant, usage, batch));
        Stamp stamp = new Stamp(nowMs, index.timers().cursor(), index.nextTenantId());
        batch.put(Family.META, Keys.meta(Keys.META_STAMP), MetaCodec.stamp(out, stamp));
    }

    private void usage(TenantKey tenant, TenantUsage usage, Batch batch) {
        if (usage.equals(TenantUsage.NONE)) {
            batch.delete(Family.META, Keys.metaUsage(tenant));
        } else {
            batch.put(Family.META, Keys.metaUsage(tenant), MetaCodec.usage(out, usage));
        }
    }

    /// The first thing ever written.
    public void format(Batch batch) {
        batch.put(Family.META, Keys.meta(Keys.META_FORMAT), MetaCodec.format(out));
    }

    private void keyUse(LineKey key, @Nullable KeyUse use, Batch batch) {
        if (use == null) {
            batch.delete(Family.ORDER, Keys.order(key, 0));
        } else {
            batch.put(Family.ORDER, Keys.order(key, 0), EntryCodec.keyUse(out, use));
        }
    }

    private void line(LineKey key, @Nullable Line line, Batch batch) {
        if (line == null) {
            batch.delete(Family.ORDER, Keys.order(key, 0));
        } else {
            batch.put(Family.ORDER, Keys.order(key, 0), EntryCodec.line(out, line));
        }
    }

    private void appended(LogRecord.Appended appended, Batch batch) {
        batch.put(
                Family.LOG,
                Keys.log(appended.topicId(), appended.offset()),
                EntryCodec.log(out, appended.atMs(), appended.bytes(), appended.hash()));
        TopicHead head = new TopicHead(appended.topicId(), appended.offset() + 1, appended.hash());
        batch.put(Family.META, Keys.meta(Keys.META_TOPIC, appended.topic()), MetaCodec.topic(out, head));
    }

    private void events(@Nullable StoredJob before, LogRecord.EventsAppended appended, Batch batch) {
        StoredJob job = appended.job();
        int number = job.progress().events().count() - appended.events().size();
        for (JobEvent event : appended.events()) {
            batch.put(
                    Family.BLOB,
                    Keys.event(job.id(), number++),
                    EntryCodec.event(out, job.progress(), appended.atMs(), event));
        }
        job(before, job, List.of(), batch);
    }

    private void job(@Nullable StoredJob before, @Nullable StoredJob after, List<StoredBytes> stored, Batch batch) {
        ready(before, after, batch);
        place(before, after, batch);
        timers(before, after, batch);
        index(before, after, batch);
        if (after != null) {
            batch.put(Family.JOB, Keys.job(after.id()), JobCodec.encode(out, after));
        } else if (before != null) {
            batch.delete(Family.JOB, Keys.job(before.id()));
        }
        files(before, after, batch);
        for (StoredBytes bytes : stored) {
            payload(requireNonNull(after, "job").id(), bytes, batch);
        }
        if (before != null
                && !before.progress().payloadGone()
                && (after == null || after.progress().payloadGone())) {
            erasePayload(before, batch);
        }
        if (before != null) {
            eraseEvents(before, after, batch);
        }
    }

    /// Keys that name the queue are made anew even where they look alike.
    private void moved(StoredJob before, StoredJob after, Batch batch) {
        ready(before, null, batch);
        ready(null, after, batch);
        place(before, null, batch);
        place(null, after, batch);
        index(before, null, batch);
        index(null, after, batch);
        timers(before, after, batch);
        batch.put(Family.JOB, Keys.job(after.id()), JobCodec.encode(out, after));
    }

    private void ready(@Nullable StoredJob before, @Nullable StoredJob after, Batch batch) {
        long left = before == null ? 0 : before.progress().readySeq();
        long joined = after == null ? 0 : after.progress().readySeq();
        if (left == joined) {
            return;
        }
        if (before != null && left != 0) {
            batch.deleteOnce(Family.READY, Keys.ready(before.origin().shard(), left));
        }
        if (after != null && joined != 0) {
            batch.put(Family.READY, Keys.ready(after.origin().shard(), joined), EntryCodec.ready(out, after));
        }
    }

    private void place(@Nullable StoredJob before, @Nullable StoredJob after, Batch batch) {
        boolean was = before != null && before.isInLine();
        boolean is = after != null && after.isInLine();
        if (before != null && was && !is) {
            batch.deleteOnce(Family.ORDER, placeKey(before));
        }
        if (after != null && is && !was) {
            batch.put(Family.ORDER, placeKey(after), EntryCodec.place(out, after.id()));
        }
        boolean awaited = before != null && before.awaitsSlot();
        boolean awaits = after != null && after.awaitsSlot();
        if (before != null && awaited && !awaits) {
            batch.deleteOnce(Family.ORDER, slotKey(before));
        }
        if (after != null && awaits && !awaited) {
            batch.put(Family.ORDER, slotKey(after), EntryCodec.place(out, after.id()));
        }
    }

    private static byte[] slotKey(StoredJob job) {
        return Keys.order(
                requireNonNull(job.origin().limit(), "limit"), job.progress().slot());
    }

    private static byte[] placeKey(StoredJob job) {
        Ordering ordering = requireNonNull(job.origin().ordering(), "ordering");
        return Keys.order(new LineKey(job.origin().queueId(), ordering.hash()), ordering.seq());
    }

    private void timers(@Nullable StoredJob before, @Nullable StoredJob after, Batch batch) {
        for (TimerKind kind : KINDS) {
            long was = before == null ? 0 : before.alarms().at(kind);
            long is = after == null ? 0 : after.alarms().at(kind);
            if (was == is) {
                continue;
            }
            if (before != null && was != 0) {
                batch.deleteOnce(Family.TIMER, Keys.timer(new TimerKey(was, kind, before.id())));
            }
            if (after != null && is != 0) {
                batch.put(Family.TIMER, Keys.timer(new TimerKey(is, kind, after.id())), nothing);
            }
        }
    }

    private void index(@Nullable StoredJob before, @Nullable StoredJob after, Batch batch) {
        if (before != null && after != null && isSameEntry(before, after)) {
            return;
        }
        if (before != null) {
            batch.deleteOnce(Family.INDEX, indexKey(before));
        }
        if (after != null) {
            batch.put(Family.INDEX, indexKey(after), EntryCodec.index(out, after));
        }
    }

    private static boolean isSameEntry(StoredJob before, StoredJob after) {
        return before.stateClass() == after.stateClass()
                && before.progress().changedMs() == after.progress().changedMs()
                && before.progress().reason().equals(after.progress().reason());
    }

    private static byte[] indexKey(StoredJob job) {
        return Keys.index(
                job.origin().queueId(), job.stateClass(), job.progress().changedMs(), job.id());
    }

    /// Whoever finds a file asks for its key: without one it is nobody's.
    private void files(@Nullable StoredJob before, @Nullable StoredJob after, Batch batch) {
        List<SpoolId> had = before == null ? List.of() : before.payload().files();
        List<SpoolId> has = after == null ? List.of() : after.payload().files();
        if (had.equals(has)) {
            return;
        }
        for (SpoolId file : had) {
            if (!has.contains(file)) {
                batch.delete(Family.META, Keys.metaSpool(file));
            }
        }
        for (SpoolId file : has) {
            if (!had.contains(file)) {
                batch.put(Family.META, Keys.metaSpool(file), nothing);
            }
        }
    }

    private void payload(JobId id, StoredBytes bytes, Batch batch) {
        switch (bytes) {
            case StoredBytes.Pair pair ->
                batch.put(Family.BLOB, Keys.pair(id, pair.head()), EntryCodec.pair(out, pair));
            case StoredBytes.Chunks chunks -> chunks(id, chunks, batch);
        }
    }

    private void chunks(JobId id, StoredBytes.Chunks part, Batch batch) {
        byte[] content = part.content();
        for (int from = 0, chunk = 0; from < content.length; from += Part.CHUNK_BYTES, chunk++) {
            int count = Math.min(Part.CHUNK_BYTES, content.length - from);
            batch.put(Family.BLOB, Keys.blob(id, part.part(), chunk), EntryCodec.chunk(out, content, from, count));
        }
    }

    private static void eraseEvents(StoredJob before, @Nullable StoredJob after, Batch batch) {
        Events events = before.progress().events();
        int to = after == null || after.progress().payloadGone()
                ? events.count()
                : after.progress().events().erased();
        for (int number = events.erased(); number < to && !before.progress().payloadGone(); number++) {
            batch.delete(Family.BLOB, Keys.event(before.id(), number));
        }
    }

    private static void erasePayload(StoredJob job, Batch batch) {
        for (PayloadPart part : PARTS) {
            if (part.head() == part && job.payload().part(part).isPaired()) {
                batch.deleteOnce(Family.BLOB, Keys.pair(job.id(), part));
            }
            for (int chunk = 0; chunk < job.payload().part(part).chunks(); chunk++) {
                batch.delete(Family.BLOB, Keys.blob(job.id(), part, chunk));
            }
        }
    }
}
