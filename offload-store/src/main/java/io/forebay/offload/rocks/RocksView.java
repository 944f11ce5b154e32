package io.forebay.offload.rocks;

import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.View;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.Snapshot;

/// Reads of one snapshot.
final class RocksView implements View {
    private final RocksDB db;
    private final Snapshot snapshot;
    private final RocksReads reads;

    RocksView(RocksDB db, Map<Family, ColumnFamilyHandle> families, long skippedMax, RangeCompaction compaction) {
        this.db = db;
        this.snapshot = db.getSnapshot();
        this.reads = new RocksReads(db, families, skippedMax, compaction, snapshot);
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
        db.releaseSnapshot(snapshot);
    }
}
