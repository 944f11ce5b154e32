package io.forebay.offload.rocks;

import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Reads;
import io.forebay.offload.storage.ScanTooLongException;
import io.forebay.offload.storage.StorageException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;

/// Gets and bounded scans, of now or of a snapshot. A scan that gives up at deleted keys has what it met compacted in
/// the background, so that a later one gets through.
final class RocksReads implements Reads {
    private final RocksDB db;
    private final Map<Family, ColumnFamilyHandle> families;
    private final long skippedMax;
    private final @Nullable RangeCompaction compaction;
    private final @Nullable Snapshot snapshot;

    RocksReads(
            RocksDB db,
            Map<Family, ColumnFamilyHandle> families,
            long skippedMax,
            @Nullable RangeCompaction compaction,
            @Nullable Snapshot snapshot) {
        this.db = db;
        this.families = families;
        this.skippedMax = skippedMax;
        this.compaction = compaction;
        this.snapshot = snapshot;
    }

    @Override
    public byte @Nullable [] read(Family family, byte[] key) {
        try {
            if (snapshot == null) {
                return db.get(RocksStorage.handle(families, family), key);
            }
            try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
                return db.get(RocksStorage.handle(families, family), options, key);
            }
        } catch (RocksDBException e) {
            throw failure(family, e);
        }
    }

    @Override
    public void scan(Family family, byte[] from, byte[] to, Visitor visitor) {
        try (Slice lower = new Slice(from);
                Slice upper = new Slice(to);
                ReadOptions options = options(lower, upper);
                RocksIterator at = db.newIterator(RocksStorage.handle(families, family), options)) {
            at.seek(from);
            while (at.isValid() && visitor.visit(at.key(), at.value())) {
                at.next();
            }
            at.status();
        } catch (RocksDBException e) {
            StorageException failure = failure(family, e);
            if (failure instanceof ScanTooLongException && compaction != null) {
                compaction.ask(family, from, to);
            }
            throw failure;
        }
    }

    private ReadOptions options(Slice lower, Slice upper) {
        ReadOptions options = new ReadOptions()
                .setIterateLowerBound(lower)
                .setIterateUpperBound(upper)
                .setMaxSkippableInternalKeys(skippedMax);
        return snapshot == null ? options : options.setSnapshot(snapshot);
    }

    static StorageException failure(Family family, RocksDBException e) {
        Status.Code code =
                e.getStatus() == null ? Status.Code.Undefined : e.getStatus().getCode();
        return switch (code) {
            case Corruption -> new DamagedValueException(family.label(), String.valueOf(e.getMessage()));
            case Incomplete -> new ScanTooLongException(family, e);
            default -> new StorageException("cannot read " + family.label() + ": " + e.getMessage(), e);
        };
    }
}
