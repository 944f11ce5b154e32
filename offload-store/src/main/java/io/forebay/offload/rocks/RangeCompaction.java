package io.forebay.offload.rocks;

import io.forebay.offload.storage.Family;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/// Compacts a range that a scan could not get through, on a thread of its own, `store-compaction`. One range at a time:
/// what is asked for meanwhile is left out, and the scan that needs it asks again. From any thread.
final class RangeCompaction implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RangeCompaction.class.getName());

    private final RocksDB db;
    private final Map<Family, ColumnFamilyHandle> families;
    private final CompactRangeOptions options = new CompactRangeOptions().setExclusiveManualCompaction(false);
    private final ExecutorService thread = new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("store-compaction").factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    RangeCompaction(RocksDB db, Map<Family, ColumnFamilyHandle> families) {
        this.db = db;
        this.families = families;
    }

    void ask(Family family, byte[] from, byte[] to) {
        thread.execute(() -> compact(family, from, to));
    }

    private void compact(Family family, byte[] from, byte[] to) {
        try {
            db.compactRange(RocksStorage.handle(families, family), from, to, options);
        } catch (RocksDBException e) {
            // A scan that still meets too much asks again.
            LOG.log(System.Logger.Level.WARNING, "cannot compact a part of " + family.label(), e);
        }
    }

    /// Cancels what is under way and waits for it.
    @Override
    public void close() {
        options.setCanceled(true);
        thread.close();
        options.close();
    }
}
