package io.forebay.offload.rocks;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.storage.Batch;
import io.forebay.offload.storage.CommitFailure;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.NoSpaceException;
import io.forebay.offload.storage.Storage;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.View;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/// One open RocksDB. Every native object it makes is on one stack and closed in reverse.
final class RocksStorage implements Storage {
    private static final int OPEN_FILES_MAX = 256;

    private final Path folder;
    private final RocksSettings settings;
    private final Deque<AutoCloseable> natives = new ArrayDeque<>();
    private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
    private final WriteOptions synced;
    private final RocksDB db;
    private final RangeCompaction compaction;
    private final RocksReads reads;

    private RocksStorage(Path folder, RocksSettings settings) throws RocksDBException {
        this.folder = folder;
        this.settings = settings;
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        LRUCache cache = keep(new LRUCache(settings.blockCacheBytes()));
        FamilyOptions familyOptions = keep(new FamilyOptions(cache));
        DBOptions options = keep(databaseOptions(settings, cache));
        this.synced = keep(new WriteOptions().setSync(true).setNoSlowdown(true));
        try {
            this.db = keep(RocksDB.open(options, folder.toString(), descriptors(familyOptions), handles));
        } catch (RocksDBException e) {
            closeNatives();
            throw e;
        }
        handles.forEach(this::keep);
        for (Family family : Family.values()) {
            families.put(family, handles.get(1 + families.size()));
        }
        this.compaction = keep(new RangeCompaction(db, families));
        this.reads = new RocksReads(db, families, settings.scanSkippedMax(), compaction, null);
    }

    static RocksStorage open(Path folder, RocksSettings settings) {
        RocksDB.loadLibrary();
        try {
            Files.createDirectories(folder);
            LogTail.mendAll(folder);
            RocksStorage storage = new RocksStorage(folder, settings);
            storage.verify(settings.verifyBytesMax());
            return storage;
        } catch (RocksDBException e) {
            String message = "cannot open the store in " + folder + ": " + e.getMessage();
            throw isNoSpace(e.getStatus()) ? new NoSpaceException(message, e) : new StorageException(message, e);
        } catch (IOException e) {
            throw new StorageException("cannot open the store in " + folder + ": " + e.getMessage(), e);
        }
    }

    /// The default family stays empty; the others in the order of [Family].
    private List<ColumnFamilyDescriptor> descriptors(FamilyOptions familyOptions) {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, keep(new ColumnFamilyOptions())));
        for (Family family : Family.values()) {
            byte[] name = family.label().getBytes(StandardCharsets.US_ASCII);
            descriptors.add(new ColumnFamilyDescriptor(name, keep(familyOptions.of(family))));
        }
        return descriptors;
    }

    private DBOptions databaseOptions(RocksSettings settings, LRUCache cache) {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setParanoidChecks(true)
                // The default drops acknowledged records behind a bad one and says nothing.
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setMaxTotalWalSize(settings.walBytesMax())
                .setWriteBufferManager(keep(new WriteBufferManager(settings.writeBufferBytes(), cache)))
                .setMaxOpenFiles(OPEN_FILES_MAX)
                .setMaxBackgroundJobs(2)
                .setBytesPerSync(1 << 20)
                .setAvoidFlushDuringShutdown(true)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0);
    }

    private <T extends AutoCloseable> T keep(T resource) {
        natives.push(resource);
        return resource;
    }

    /// Reads every block once, while that is quick: damage found now is damage nobody trips over later.
    private void verify(long bytesMax) throws RocksDBException {
        long bytes = 0;
        for (ColumnFamilyHandle family : families.values()) {
            bytes += db.getLongProperty(family, "rocksdb.total-sst-files-size");
        }
        if (bytes > bytesMax) {
            return;
        }
        try {
            db.verifyChecksum();
        } catch (RocksDBException e) {
            close();
            throw e;
        }
    }

    static ColumnFamilyHandle handle(Map<Family, ColumnFamilyHandle> families, Family family) {
        return requireNonNull(families.get(family), "family");
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
    public View view() {
        return new RocksView(db, families, settings.scanSkippedMax(), compaction);
    }

    @Override
    public Batch batch() {
        return new RocksBatch(families);
    }

    @Override
    public void commit(Batch batch) throws CommitFailure {
        if (!(batch instanceof RocksBatch ours)) {
            throw new IllegalArgumentException("a batch of another storage");
        }
        try {
            db.write(synced, ours.batch());
        } catch (RocksDBException e) {
            throw new CommitFailure(kind(e.getStatus()), String.valueOf(e.getMessage()), e);
        }
    }

    private static CommitFailure.Kind kind(@Nullable Status status) {
        if (status != null && status.getCode() == Status.Code.Incomplete) {
            return CommitFailure.Kind.STALLED;
        }
        return isNoSpace(status) ? CommitFailure.Kind.NO_SPACE : CommitFailure.Kind.LOST;
    }

    private static boolean isNoSpace(@Nullable Status status) {
        return status != null && status.getSubCode() == Status.SubCode.NoSpace;
    }

    @Override
    public void checkpoint(Path into) {
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(into.toString());
        } catch (RocksDBException e) {
            throw new StorageException("no checkpoint of the store can be made: " + e.getMessage(), e);
        }
    }

    @Override
    public long usableBytes() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new StorageException("cannot ask for the free space of " + folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        closeNatives();
    }

    private void closeNatives() {
        // Handles come before the database on the stack, the database before its options.
        while (!natives.isEmpty()) {
            try {
                natives.pop().close();
            } catch (Exception e) {
                throw new StorageException("cannot close the store in " + folder + ": " + e.getMessage(), e);
            }
        }
    }
}
