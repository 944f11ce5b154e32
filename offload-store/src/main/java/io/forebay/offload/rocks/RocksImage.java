package io.forebay.offload.rocks;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Reads;
import io.forebay.offload.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;

/// A database that is read and never written: that of a store that is stopped, of a backup, or a copy by links.
/// Opening changes none of its files. Reads from any thread; what is damaged is a [DamagedValueException].
public final class RocksImage implements Reads, AutoCloseable {
    /// A look may pass over as many deleted keys as there are.
    private static final long SKIPPED_UNLIMITED = 0;

    private static final int OPEN_FILES_MAX = 256;

    private final Deque<AutoCloseable> natives = new ArrayDeque<>();
    private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
    private final RocksDB db;
    private final RocksReads reads;

    private RocksImage(Path folder) throws RocksDBException {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, keep(new ColumnFamilyOptions())));
        for (Family family : Family.values()) {
            byte[] name = family.label().getBytes(StandardCharsets.US_ASCII);
            descriptors.add(new ColumnFamilyDescriptor(name, keep(new ColumnFamilyOptions())));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        DBOptions options = keep(new DBOptions()
                .setParanoidChecks(true)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setMaxOpenFiles(OPEN_FILES_MAX)
                .setInfoLogLevel(InfoLogLevel.FATAL_LEVEL));
        try {
            this.db = keep(RocksDB.openReadOnly(options, folder.toString(), descriptors, handles));
        } catch (RocksDBException e) {
            close();
            throw e;
        }
        handles.forEach(this::keep);
        for (Family family : Family.values()) {
            families.put(family, handles.get(1 + families.size()));
        }
        this.reads = new RocksReads(db, families, SKIPPED_UNLIMITED, null, null);
    }

    /// Opens the database in `folder`, which nobody may write meanwhile. Fails with [StorageException] if there
    /// is none, and with [DamagedValueException] if its files do not fit together.
    public static RocksImage open(Path folder) {
        RocksDB.loadLibrary();
        try {
            return new RocksImage(folder);
        } catch (RocksDBException e) {
            boolean isDamaged = e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
            throw isDamaged
                    ? new DamagedValueException(folder.toString(), String.valueOf(e.getMessage()))
                    : new StorageException("cannot read the store in " + folder + ": " + e.getMessage(), e);
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        natives.push(resource);
        return resource;
    }

    /// The number of the last change that is in it; each change of a key has one.
    public long sequence() {
        return db.getLatestSequenceNumber();
    }

    @Override
    public byte @Nullable [] read(Family family, byte[] key) {
        return reads.read(family, key);
    }

    @Override
    public void scan(Family family, byte[] from, byte[] to, Visitor visitor) {
        reads.scan(family, from, to, visitor);
    }

    @Override
    public void close() {
        while (!natives.isEmpty()) {
            try {
                requireNonNull(natives.pop()).close();
            } catch (Exception e) {
                throw new StorageException("cannot close a look at a store: " + e.getMessage(), e);
            }
        }
    }
}
