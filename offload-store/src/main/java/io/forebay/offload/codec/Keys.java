package io.forebay.offload.codec;

import io.forebay.offload.JobId;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.SpoolId;
import io.forebay.offload.machine.IdemKey;
import io.forebay.offload.machine.LineKey;
import io.forebay.offload.machine.ShardKey;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.TenantKey;
import io.forebay.offload.timer.TimerKey;
import io.forebay.offload.timer.TimerKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// The keys of the layout, written and taken apart.
public final class Keys {
    static final byte META_FORMAT = 1;
    static final byte META_STAMP = 2;
    static final byte META_QUEUE = 3;
    static final byte META_COUNTERS = 4;
    static final byte META_TENANT = 5;
    static final byte META_SHARD = 6;
    static final byte META_TOPIC = 7;
    static final byte META_SWEEP = 8;
    static final byte META_GENERATION = 9;
    static final byte META_SPOOL = 10;
    static final byte META_USAGE = 11;

    /// Where a part of a payload would stand in a key of the `blob` family: a head and its body in one value,
    /// an event.
    private static final byte PAIR = 32;

    private static final byte EVENT = 64;

    private static final TimerKind[] KINDS = TimerKind.values();
    private static final int TIMER_BYTES = 25;
    private static final int READY_BYTES = 17;
    private static final int INDEX_BYTES = 29;

    private Keys() {}

    public static byte[] job(JobId id) {
        return ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array();
    }

    public static byte[] blob(JobId id, PayloadPart part, int chunk) {
        return ByteBuffer.allocate(21)
                .putLong(id.high())
                .putLong(id.low())
                .put((byte) Codes.of(part))
                .putInt(chunk)
                .array();
    }

    /// A head and its body in one value.
    public static byte[] pair(JobId id, PayloadPart head) {
        return ByteBuffer.allocate(17)
                .putLong(id.high())
                .putLong(id.low())
                .put((byte) (PAIR + Codes.of(head)))
                .array();
    }

    public static byte[] event(JobId id, int number) {
        return ByteBuffer.allocate(21)
                .putLong(id.high())
                .putLong(id.low())
                .put(EVENT)
                .putInt(number)
                .array();
    }

    static int eventNumber(byte[] key) {
        return ByteBuffer.wrap(key).getInt(17);
    }

    public static byte[] ready(ShardKey shard, long seq) {
        return ByteBuffer.allocate(READY_BYTES)
                .putInt(shard.queueId())
                .putInt(shard.tenantId())
                .put((byte) shard.priority())
                .putLong(seq)
                .array();
    }

    public static long readySeq(byte[] key) {
        return ByteBuffer.wrap(key).getLong(9);
    }

    public static byte[] timer(TimerKey timer) {
        return ByteBuffer.allocate(TIMER_BYTES)
                .putLong(timer.fireAtMs())
                .put((byte) Codes.of(timer.kind()))
                .putLong(timer.job().high())
                .putLong(timer.job().low())
                .array();
    }

    public static TimerKey timer(byte[] key) {
        ByteBuffer at = ByteBuffer.wrap(key);
        return new TimerKey(at.getLong(), KINDS[at.get()], new JobId(at.getLong(), at.getLong()));
    }

    public static byte[] order(LineKey line, long seq) {
        return ByteBuffer.allocate(20)
                .putInt(line.queueId())
                .putLong(line.keyHash())
                .putLong(seq)
                .array();
    }

    static long orderSeq(byte[] key) {
        return ByteBuffer.wrap(key).getLong(12);
    }

    public static byte[] idem(IdemKey key) {
        return ByteBuffer.allocate(32)
                .putLong(key.scopeHigh())
                .putLong(key.scopeLow())
                .putLong(key.keyHigh())
                .putLong(key.keyLow())
                .array();
    }

    public static byte[] index(int queueId, StateClass stateClass, long changedMs, JobId id) {
        return ByteBuffer.allocate(INDEX_BYTES)
                .putInt(queueId)
                .put((byte) stateClass.code())
                .putLong(changedMs)
                .putLong(id.high())
                .putLong(id.low())
                .array();
    }

    /// The end of a list, exclusive.
    public static byte[] indexEnd(int queueId, StateClass stateClass) {
        return ByteBuffer.allocate(5)
                .putInt(queueId)
                .put((byte) (stateClass.code() + 1))
                .array();
    }

    /// A place in a list as text.
    public static String listCursor(byte[] indexKey) {
        return HexFormat.of().formatHex(indexKey);
    }

    /// The index key of a cursor; fails with [IllegalArgumentException] for text that is no cursor of this list.
    public static byte[] listCursor(String cursor, int queueId, StateClass stateClass) {
        byte[] key = HexFormat.of().parseHex(cursor);
        ByteBuffer at = ByteBuffer.wrap(key);
        if (key.length != INDEX_BYTES || at.getInt() != queueId || at.get() != stateClass.code()) {
            throw new IllegalArgumentException("not a cursor of this list: " + cursor);
        }
        return key;
    }

    public static long indexChangedMs(byte[] key) {
        return ByteBuffer.wrap(key).getLong(5);
    }

    public static JobId indexJob(byte[] key) {
        ByteBuffer at = ByteBuffer.wrap(key);
        return new JobId(at.getLong(13), at.getLong(21));
    }

    public static byte[] log(int topicId, long offset) {
        return ByteBuffer.allocate(16).putInt(topicId).putInt(0).putLong(offset).array();
    }

    static long logOffset(byte[] key) {
        return ByteBuffer.wrap(key).getLong(8);
    }

    static byte[] meta(byte kind) {
        return new byte[] {kind};
    }

    static byte[] meta(byte kind, int id) {
        return ByteBuffer.allocate(5).put(kind).putInt(id).array();
    }

    static byte[] meta(byte kind, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + text.length).put(kind).put(text).array();
    }

    static byte[] metaShard(ShardKey shard) {
        return ByteBuffer.allocate(10)
                .put(META_SHARD)
                .putInt(shard.queueId())
                .putInt(shard.tenantId())
                .put((byte) shard.priority())
                .array();
    }

    /// Stands for a file of the spool that a job refers to.
    public static byte[] metaSpool(SpoolId file) {
        return ByteBuffer.allocate(13)
                .put(META_SPOOL)
                .putInt(file.run())
                .putLong(file.number())
                .array();
    }

    static SpoolId spoolFile(byte[] metaKey) {
        ByteBuffer at = ByteBuffer.wrap(metaKey, 1, metaKey.length - 1);
        return new SpoolId(at.getInt(), at.getLong());
    }

    static byte[] metaUsage(TenantKey tenant) {
        return ByteBuffer.allocate(9)
                .put(META_USAGE)
                .putInt(tenant.queueId())
                .putInt(tenant.tenantId())
                .array();
    }

    static ShardKey shardOf(byte[] metaKey) {
        ByteBuffer at = ByteBuffer.wrap(metaKey, 1, metaKey.length - 1);
        return new ShardKey(at.getInt(), at.getInt(), at.get());
    }

    static int metaId(byte[] key) {
        return ByteBuffer.wrap(key).getInt(1);
    }

    static String metaName(byte[] key) {
        return new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
    }

    /// The smallest key after `key`.
    public static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }
}
