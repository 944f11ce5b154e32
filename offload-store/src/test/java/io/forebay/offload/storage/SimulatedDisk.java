package io.forebay.offload.storage;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A disk with a write-ahead log, and everything that can happen to it. A batch is appended to the log as one record
/// with a checksum and then synced; what is synced stays. When the power goes in the middle, a piece of the unsynced
/// record is found afterwards, and recovery takes it if it is whole. One thread.
public final class SimulatedDisk implements StorageOpener {
    private static final int DELETED = -1;

    private final Map<Family, NavigableMap<byte[], byte[]>> synced = new EnumMap<>(Family.class);
    private final RandomGenerator random;
    private byte[] unsynced = {};
    private @Nullable Fault next;
    private int stallsLeft;
    private boolean low;
    private boolean open;

    /// What happens to the next commit.
    public enum Fault {
        /// The process dies before a byte of the batch is on disk.
        CRASH_LOST,
        /// The process dies with a piece of the batch on disk.
        CRASH_TORN,
        /// The process dies with all of it on disk, and nobody was told.
        CRASH_WRITTEN,
        /// The write fails; nothing reached the disk.
        WRITE_FAILED,
        /// The sync fails, and yet all of it reached the disk.
        SYNC_FAILED,
        /// No space is left for the batch.
        FULL
    }

    /// The process is gone: thrown through it, to be caught by the simulation.
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1;

        Crash(Fault how) {
            super(how.name(), null, false, false);
        }
    }

    /// `random` says where a torn record is cut.
    public SimulatedDisk(RandomGenerator random) {
        this.random = random;
        for (Family family : Family.values()) {
            synced.put(family, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    /// `null`: it goes well.
    public void failNext(@Nullable Fault fault) {
        next = fault;
    }

    /// Whether this is how a fault of ours is reported.
    public static boolean isPlanted(String reason) {
        return Arrays.stream(Fault.values()).anyMatch(fault -> reason.contains(fault.name()));
    }

    public void stallNext(int times) {
        stallsLeft = times;
    }

    /// Little space is left from now on, or enough.
    public void low(boolean isLow) {
        low = isLow;
    }

    /// The process that had the disk is gone.
    public void abandon() {
        open = false;
        next = null;
        stallsLeft = 0;
    }

    @Override
    public Storage open() {
        if (open) {
            throw new StorageException("the disk is in use");
        }
        open = true;
        recover();
        return new OpenDisk();
    }

    private void recover() {
        List<Change> changes = whole(unsynced);
        unsynced = new byte[0];
        changes.forEach(this::apply);
    }

    private void apply(Change change) {
        NavigableMap<byte[], byte[]> family = requireNonNull(synced.get(change.family()));
        if (change.value() == null) {
            family.remove(change.key());
        } else {
            PutOnce.put(change.family(), family, change.key(), change.value());
        }
    }

    /// One key of a batch; no value deletes it.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Change(Family family, byte[] key, byte @Nullable [] value) {}

    private static byte[] record(List<Change> changes) {
        try {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(body);
            out.writeInt(changes.size());
            for (Change change : changes) {
                out.writeUTF(change.family().name());
                out.writeInt(change.key().length);
                out.write(change.key());
                byte[] value = change.value();
                out.writeInt(value == null ? DELETED : value.length);
                out.write(value == null ? new byte[0] : value);
            }
            out.writeInt(checksum(body.toByteArray(), body.size()));
            return body.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// The changes of a record that passes its checksum; none of a torn one.
    private static List<Change> whole(byte[] record) {
        List<Change> changes = new ArrayList<>();
        int bodyBytes = record.length - Integer.BYTES;
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
            if (bodyBytes < Integer.BYTES) {
                return List.of();
            }
            DataInputStream tail = new DataInputStream(new ByteArrayInputStream(record, bodyBytes, Integer.BYTES));
            if (tail.readInt() != checksum(record, bodyBytes)) {
                return List.of();
            }
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                Family family = Family.valueOf(in.readUTF());
                byte[] key = in.readNBytes(in.readInt());
                int valueBytes = in.readInt();
                changes.add(new Change(family, key, valueBytes == DELETED ? null : in.readNBytes(valueBytes)));
            }
            return changes;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static class DiskReads implements View {
        private final Map<Family, NavigableMap<byte[], byte[]>> families;

        DiskReads(Map<Family, NavigableMap<byte[], byte[]>> families) {
            this.families = families;
        }

        @Override
        public byte @Nullable [] read(Family family, byte[] key) {
            return requireNonNull(families.get(family)).get(key);
        }

        @Override
        public void scan(Family family, byte[] from, byte[] to, Visitor visitor) {
            if (Arrays.compareUnsigned(from, to) >= 0) {
                return;
            }
            for (Map.Entry<byte[], byte[]> entry : requireNonNull(families.get(family))
                    .subMap(from, true, to, false)
                    .entrySet()) {
                if (!visitor.visit(entry.getKey(), entry.getValue())) {
                    return;
                }
            }
        }

        @Override
        public void close() {}
    }

    private final class OpenDisk extends DiskReads implements Storage {
        OpenDisk() {
            super(synced);
        }

        @Override
        public View view() {
            Map<Family, NavigableMap<byte[], byte[]>> copy = new EnumMap<>(Family.class);
            synced.forEach((family, entries) -> copy.put(family, new TreeMap<>(entries)));
            return new DiskReads(copy);
        }

        @Override
        public Batch batch() {
            return new ListBatch();
        }

        @Override
        public void commit(Batch batch) throws CommitFailure {
            if (stallsLeft > 0) {
                stallsLeft--;
                throw new CommitFailure(CommitFailure.Kind.STALLED, "stalled");
            }
            byte[] record = record(((ListBatch) batch).changes);
            Fault fault = next;
            next = null;
            if (fault != null) {
                unsynced = Arrays.copyOf(record, survivingBytes(fault, record.length));
                fail(fault);
            }
            ((ListBatch) batch).changes.forEach(SimulatedDisk.this::apply);
        }

        private int survivingBytes(Fault fault, int bytes) {
            return switch (fault) {
                case CRASH_LOST, WRITE_FAILED, FULL -> 0;
                case CRASH_TORN -> 1 + random.nextInt(bytes - 1);
                case CRASH_WRITTEN, SYNC_FAILED -> bytes;
            };
        }

        private static void fail(Fault fault) throws CommitFailure {
            switch (fault) {
                case CRASH_LOST, CRASH_TORN, CRASH_WRITTEN -> throw new Crash(fault);
                case WRITE_FAILED, SYNC_FAILED -> throw new CommitFailure(CommitFailure.Kind.LOST, fault.name());
                case FULL -> throw new CommitFailure(CommitFailure.Kind.NO_SPACE, fault.name());
            }
        }

        @Override
        public long usableBytes() {
            return low ? 0 : Long.MAX_VALUE;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    private static final class ListBatch implements Batch {
        private final List<Change> changes = new ArrayList<>();
        private long bytes;

        @Override
        public void put(Family family, byte[] key, byte[] value) {
            bytes += key.length + value.length;
            changes.add(new Change(family, key, value));
        }

        @Override
        public void delete(Family family, byte[] key) {
            bytes += key.length;
            changes.add(new Change(family, key, null));
        }

        @Override
        public void deleteOnce(Family family, byte[] key) {
            delete(family, key);
        }

        @Override
        public int count() {
            return changes.size();
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void clear() {
            changes.clear();
            bytes = 0;
        }

        @Override
        public void close() {}
    }
}
