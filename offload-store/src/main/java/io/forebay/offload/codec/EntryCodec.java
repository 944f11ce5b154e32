package io.forebay.offload.codec;

import io.forebay.offload.EventPage;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.RequestBytes;
import io.forebay.offload.TopicPage;
import io.forebay.offload.machine.IdemEntry;
import io.forebay.offload.machine.KeyUse;
import io.forebay.offload.machine.Line;
import io.forebay.offload.machine.Progress;
import io.forebay.offload.machine.Refill;
import io.forebay.offload.machine.StoredBytes;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.storage.Family;

/// The small values of the families beside `job` and `meta`.
final class EntryCodec {
    private static final int VERSION = 1;
    private static final int READY_VERSION = 2;

    private static final int PARTIAL = 1;
    private static final int PROGRESS = 2;

    /// Every ready job costs the same until attempt times are measured.
    private static final int COST = 1;

    private EntryCodec() {}

    static byte[] nothing(ValueWriter out) {
        return out.begin(VERSION).seal();
    }

    static byte[] ready(ValueWriter out, StoredJob job) {
        return out.begin(READY_VERSION)
                .id(job.id())
                .number(job.progress().version())
                .number(COST)
                .number(job.waitingSinceMs())
                .seal();
    }

    static Refill.Entry ready(byte[] key, byte[] value) {
        ValueReader in = ValueReader.open(Family.READY, key, value, READY_VERSION);
        JobId job = in.id();
        in.number();
        in.number();
        return new Refill.Entry(Keys.readySeq(key), job, in.number());
    }

    static byte[] index(ValueWriter out, StoredJob job) {
        return out.begin(VERSION)
                .number(job.origin().tenantId())
                .text(job.progress().reason())
                .seal();
    }

    static byte[] place(ValueWriter out, JobId job) {
        return out.begin(VERSION).id(job).seal();
    }

    static JobId place(byte[] key, byte[] value) {
        return ValueReader.open(Family.ORDER, key, value, VERSION).id();
    }

    static byte[] line(ValueWriter out, Line line) {
        return out.begin(VERSION).id(line.head()).number(line.headSeq()).seal();
    }

    static Line line(byte[] key, byte[] value) {
        ValueReader in = ValueReader.open(Family.ORDER, key, value, VERSION);
        return new Line(in.id(), in.number());
    }

    static byte[] keyUse(ValueWriter out, KeyUse use) {
        out.begin(VERSION).number(use.inside()).number(use.waiting());
        return out.number(use.lastSeq()).number(use.paidUntilUs()).seal();
    }

    static KeyUse keyUse(byte[] key, byte[] value) {
        ValueReader in = ValueReader.open(Family.ORDER, key, value, VERSION);
        return new KeyUse(in.small(), in.small(), in.number(), in.number());
    }

    static byte[] idem(ValueWriter out, IdemEntry entry) {
        return out.begin(VERSION)
                .id(entry.job())
                .string(entry.fingerprint())
                .number(entry.windowEndMs())
                .seal();
    }

    static IdemEntry idem(byte[] key, byte[] value) {
        ValueReader in = ValueReader.open(Family.IDEM, key, value, VERSION);
        return new IdemEntry(in.id(), in.string(), in.number());
    }

    static byte[] chunk(ValueWriter out, byte[] content, int from, int count) {
        return out.begin(VERSION).string(content, from, count).seal();
    }

    static byte[] chunk(byte[] key, byte[] value) {
        return ValueReader.open(Family.BLOB, key, value, VERSION).string();
    }

    static byte[] pair(ValueWriter out, StoredBytes.Pair pair) {
        return out.begin(VERSION)
                .string(pair.headBytes())
                .string(pair.bodyBytes())
                .seal();
    }

    static RequestBytes pair(byte[] key, byte[] value) {
        ValueReader in = ValueReader.open(Family.BLOB, key, value, VERSION);
        return new RequestBytes(in.string(), in.string());
    }

    static byte[] event(ValueWriter out, Progress at, long atMs, JobEvent event) {
        out.begin(VERSION).number(at.epoch()).number(at.attempts()).number(atMs);
        switch (event) {
            case JobEvent.Partial(byte[] content) -> out.u8(PARTIAL).string(content);
            case JobEvent.Progress progress -> progress(out.u8(PROGRESS), progress);
        }
        return out.seal();
    }

    static EventPage.Entry event(byte[] key, byte[] value) {
        ValueReader in = ValueReader.open(Family.BLOB, key, value, VERSION);
        return new EventPage.Entry(Keys.eventNumber(key), in.small(), in.small(), in.number(), event(in));
    }

    private static JobEvent event(ValueReader in) {
        return in.u8() == PROGRESS ? progress(in) : new JobEvent.Partial(in.string());
    }

    /// An unknown percentage is 0.
    static void progress(ValueWriter out, JobEvent.Progress progress) {
        out.number(progress.percent() + 1L).text(progress.message());
    }

    static JobEvent.Progress progress(ValueReader in) {
        return new JobEvent.Progress(in.small() - 1, in.text());
    }

    static byte[] log(ValueWriter out, long atMs, byte[] content, byte[] hash) {
        return out.begin(VERSION).number(atMs).string(content).string(hash).seal();
    }

    static TopicPage.Entry log(byte[] key, byte[] value) {
        ValueReader in = ValueReader.open(Family.LOG, key, value, VERSION);
        return new TopicPage.Entry(Keys.logOffset(key), in.number(), in.string(), in.string());
    }
}
