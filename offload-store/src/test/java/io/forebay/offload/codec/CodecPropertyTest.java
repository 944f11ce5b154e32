package io.forebay.offload.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.offload.Callback;
import io.forebay.offload.Caller;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobFilter;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.Notice;
import io.forebay.offload.Pause;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.SpoolId;
import io.forebay.offload.machine.Alarms;
import io.forebay.offload.machine.Events;
import io.forebay.offload.machine.Hold;
import io.forebay.offload.machine.IdemEntry;
import io.forebay.offload.machine.IdemKey;
import io.forebay.offload.machine.KeyClaim;
import io.forebay.offload.machine.Line;
import io.forebay.offload.machine.LineKey;
import io.forebay.offload.machine.Ordering;
import io.forebay.offload.machine.Origin;
import io.forebay.offload.machine.Part;
import io.forebay.offload.machine.Payload;
import io.forebay.offload.machine.Progress;
import io.forebay.offload.machine.QueueCounters;
import io.forebay.offload.machine.QueueEntry;
import io.forebay.offload.machine.ShardKey;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.machine.Sweep;
import io.forebay.offload.machine.TenantUsage;
import io.forebay.offload.machine.TopicHead;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.timer.TimerKey;
import io.forebay.offload.timer.TimerKind;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CodecPropertyTest {
    private static final long SEED = 20_261_123;

    private final Random random = new Random(SEED);
    private final ValueWriter out = new ValueWriter();

    private JobId id() {
        return new JobId(random.nextLong(), random.nextLong());
    }

    private String text() {
        String[] texts = {
            "", "a", "spiffe://example.org/ns/default", "\u00fcber \u4e2d\u6587 \ud83d\ude80", "x".repeat(300)
        };
        return texts[random.nextInt(texts.length)];
    }

    private long ms() {
        return random.nextInt(4) == 0 ? 0 : random.nextLong() >>> random.nextInt(1, 63);
    }

    private Part part() {
        if (random.nextInt(4) == 0) {
            SpoolId file = new SpoolId(random.nextInt(9), random.nextInt(Integer.MAX_VALUE));
            return new Part(random.nextLong() >>> 1, random.nextInt(), false, file);
        }
        byte[] content = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(1_000)];
        random.nextBytes(content);
        return Part.of(content, random.nextBoolean());
    }

    private Notice notice() {
        return new Notice(
                text(),
                id(),
                text(),
                random.nextBoolean() ? JobState.SUCCEEDED : JobState.EXPIRED,
                text(),
                random.nextInt(1_000),
                random.nextInt(600),
                ms(),
                ms(),
                ms(),
                ms());
    }

    private IdemKey key() {
        return new IdemKey(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private StoredJob job() {
        Origin origin = new Origin(
                random.nextInt(1_000),
                text(),
                random.nextInt(1, 1_000_000),
                new Caller("tenant", text(), text()),
                new RouteIdentity(text(), text(), text()),
                random.nextInt(10),
                random.nextBoolean() ? null : new Ordering(text(), random.nextLong(), ms()),
                random.nextBoolean() ? null : new KeyClaim(key(), ms()),
                random.nextBoolean() ? null : key(),
                ms(),
                ms(),
                ms(),
                text(),
                random.nextBoolean() ? null : id(),
                random.nextBoolean(),
                random.nextBoolean() ? null : new Callback(text(), text()),
                random.nextBoolean() ? null : notice(),
                random.nextBoolean(),
                random.nextBoolean() ? null : (Long) random.nextLong());
        JobState[] states = JobState.values();
        Progress progress = new Progress(
                states[random.nextInt(states.length)],
                text(),
                ms(),
                ms(),
                ms(),
                ms(),
                random.nextInt(1_000),
                random.nextInt(1_000_000),
                random.nextInt(3),
                ms(),
                random.nextInt(4) - 1,
                random.nextBoolean()
                        ? null
                        : new Hold(random.nextBoolean() ? LeaseKind.PUSH : LeaseKind.PULL, random.nextLong(), ms()),
                random.nextInt(600),
                ms(),
                random.nextBoolean(),
                random.nextBoolean() ? null : id(),
                new Events(
                        random.nextInt(10_000),
                        random.nextInt(10_000),
                        ms(),
                        random.nextBoolean()
                                ? null
                                : new JobEvent.Progress(random.nextInt(-1, 101), "\u00fcber " + random.nextInt())));
        return new StoredJob(
                id(),
                origin,
                progress,
                new Alarms(ms(), ms(), ms(), ms(), ms()),
                new Payload(part(), part(), part(), part()));
    }

    @Test
    void everyJobComesBackAsItWas() {
        System.out.println("CodecPropertyTest seed " + SEED);
        for (int i = 0; i < 2_000; i++) {
            StoredJob job = job();
            StoredJob back = JobCodec.decode(job.id(), JobCodec.encode(out, job));
            assertThat(back.origin()).isEqualTo(job.origin());
            assertThat(back.progress()).isEqualTo(job.progress());
            assertThat(back.alarms()).isEqualTo(job.alarms());
            for (PayloadPart part : PayloadPart.values()) {
                Part is = back.payload().part(part);
                Part was = job.payload().part(part);
                assertThat(is.bytes()).isEqualTo(was.bytes());
                assertThat(is.crc()).isEqualTo(was.crc());
                assertThat(is.isPaired()).isEqualTo(was.isPaired());
                assertThat(is.spooled()).isEqualTo(was.spooled());
            }
        }
    }

    @Test
    void everyFlippedBitAndEveryCutIsNoticed() {
        StoredJob job = job();
        byte[] value = JobCodec.encode(out, job);
        for (int bit = 0; bit < value.length * 8; bit++) {
            byte[] flipped = value.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> JobCodec.decode(job.id(), flipped))
                    .isInstanceOf(DamagedValueException.class)
                    .hasMessageContaining("job/" + job.id().text());
        }
        for (int length = 0; length < value.length; length++) {
            byte[] cut = Arrays.copyOf(value, length);
            assertThatThrownBy(() -> JobCodec.decode(job.id(), cut)).isInstanceOf(DamagedValueException.class);
        }
    }

    @Test
    void aValueOfAnotherVersionIsRefusedEvenIfItsChecksumIsRight() {
        byte[] future = out.begin(9).number(1).seal();
        assertThatThrownBy(() -> JobCodec.decode(id(), future))
                .isInstanceOf(DamagedValueException.class)
                .hasMessageContaining("format 9");
    }

    @Test
    void smallValuesComeBack() {
        LineKey lineKey = new LineKey(3, random.nextLong());
        byte[] head = Keys.order(lineKey, 0);
        Line line = new Line(id(), ms());
        assertThat(EntryCodec.line(head, EntryCodec.line(out, line))).isEqualTo(line);
        JobId job = id();
        assertThat(EntryCodec.place(head, EntryCodec.place(out, job))).isEqualTo(job);
        byte[] fingerprint = new byte[32];
        random.nextBytes(fingerprint);
        IdemEntry entry = EntryCodec.idem(head, EntryCodec.idem(out, new IdemEntry(job, fingerprint, 77)));
        assertThat(entry.job()).isEqualTo(job);
        assertThat(entry.fingerprint()).isEqualTo(fingerprint);
        assertThat(entry.windowEndMs()).isEqualTo(77);
        byte[] logKey = Keys.log(2, 41);
        var logged = EntryCodec.log(logKey, EntryCodec.log(out, 5, new byte[] {1, 2}, fingerprint));
        assertThat(logged.offset()).isEqualTo(41);
        assertThat(logged.bytes()).containsExactly(1, 2);
    }

    @Test
    void metaValuesComeBack() {
        byte[] key = Keys.meta(Keys.META_QUEUE, 12);
        QueueSettings defaults = QueueSettings.DEFAULT;
        QueueSettings weighted = new QueueSettings(
                defaults.concurrency(),
                new QueueSettings.DispatchRate(5, 60_000, 2),
                defaults.attemptTimeoutMs(),
                defaults.retry(),
                new QueueSettings.Tenants(Map.of("gold", 3, "silver", 2), 100, 1L << 40),
                defaults.limits(),
                defaults.retention());
        QueueEntry queue = new QueueEntry(12, "reports", weighted, new Pause("deploy", 3, 4), null, true);
        assertThat(MetaCodec.queue(key, MetaCodec.queue(out, queue))).isEqualTo(queue);
        TenantUsage usage = new TenantUsage(3, 1L << 33);
        assertThat(MetaCodec.usage(key, MetaCodec.usage(out, usage))).isEqualTo(usage);
        Stamp stamp = new Stamp(9, new TimerKey(8, TimerKind.EXPIRY, id()), 7);
        assertThat(MetaCodec.stamp(key, MetaCodec.stamp(out, stamp))).isEqualTo(stamp);
        long[] counts = random.longs(QueueCounters.size(), 0, Long.MAX_VALUE).toArray();
        assertThat(MetaCodec.counters(key, MetaCodec.counters(out, QueueCounters.of(counts)))
                        .toArray())
                .isEqualTo(counts);
        JobFilter filter = new JobFilter("status-503", null, new RouteIdentity("a", "b", "c"), 1, Long.MAX_VALUE);
        QueueOperation operation = new QueueOperation(QueueOperation.Action.PURGE, filter, 7);
        Sweep sweep = new Sweep(12, operation, 0, 5, id(), 6, true, 7, 8, 9, 10);
        assertThat(MetaCodec.sweep(key, MetaCodec.sweep(out, sweep))).isEqualTo(sweep);
        TopicHead topic = MetaCodec.topic(key, MetaCodec.topic(out, new TopicHead(1, 2, new byte[] {3})));
        assertThat(topic.nextOffset()).isEqualTo(2);
    }

    @Test
    void keysSortAsTheirFieldsDo() {
        for (int i = 0; i < 2_000; i++) {
            long a = random.nextLong() >>> 1;
            long b = random.nextLong() >>> 1;
            ShardKey shard = new ShardKey(1, 2, 3);
            assertThat(Integer.signum(Arrays.compareUnsigned(Keys.ready(shard, a), Keys.ready(shard, b))))
                    .isEqualTo(Long.compare(a, b));
            TimerKey early = new TimerKey(a, TimerKind.LEASE, id());
            TimerKey late = new TimerKey(b, TimerKind.DELAY, id());
            assertThat(Integer.signum(Arrays.compareUnsigned(Keys.timer(early), Keys.timer(late))))
                    .isEqualTo(Integer.signum(early.compareTo(late)));
            assertThat(Keys.timer(Keys.timer(early))).isEqualTo(early);
            JobId one = id();
            JobId other = id();
            assertThat(Integer.signum(Arrays.compareUnsigned(Keys.job(one), Keys.job(other))))
                    .isEqualTo(Integer.signum(one.compareTo(other)))
                    .isEqualTo(Integer.signum(one.text().compareTo(other.text())));
            assertThat(JobId.parse(one.text())).contains(one);
        }
        assertThat(Keys.shardOf(Keys.metaShard(new ShardKey(7, 8, 9)))).isEqualTo(new ShardKey(7, 8, 9));
    }

    @Test
    void storedCodesNeverChange() {
        assertThat(JobState.values()).extracting(Codes::of).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(JobState.values())
                .extracting(Enum::name)
                .containsExactly("SCHEDULED", "QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "EXPIRED");
        assertThat(TimerKind.values())
                .extracting(Enum::name)
                .containsExactly("DELAY", "RETRY", "LEASE", "DEADLINE", "EXPIRY");
        assertThat(LeaseKind.values()).extracting(Enum::name).containsExactly("PUSH", "PULL");
        assertThat(PayloadPart.values())
                .extracting(Enum::name)
                .containsExactly("REQUEST_HEAD", "REQUEST_BODY", "RESULT_HEAD", "RESULT_BODY");
        assertThat(StateClass.values()).extracting(StateClass::code).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }
}
