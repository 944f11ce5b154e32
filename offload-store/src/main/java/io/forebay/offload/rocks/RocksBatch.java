package io.forebay.offload.rocks;

import io.forebay.offload.storage.Batch;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.StorageException;
import java.util.Map;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// A native write batch, reused from commit to commit.
final class RocksBatch implements Batch {
    private final Map<Family, ColumnFamilyHandle> families;
    private final WriteBatch batch = new WriteBatch(64 << 10);

    RocksBatch(Map<Family, ColumnFamilyHandle> families) {
        this.families = families;
    }

    WriteBatch batch() {
        return batch;
    }

    @Override
    public void put(Family family, byte[] key, byte[] value) {
        try {
            batch.put(handle(family), key, value);
        } catch (RocksDBException e) {
            throw new StorageException("cannot add to a batch: " + e.getMessage(), e);
        }
    }

    @Override
    public void delete(Family family, byte[] key) {
        try {
            batch.delete(handle(family), key);
        } catch (RocksDBException e) {
            throw new StorageException("cannot add to a batch: " + e.getMessage(), e);
        }
    }

    @Override
    public void deleteOnce(Family family, byte[] key) {
        try {
            batch.singleDelete(handle(family), key);
        } catch (RocksDBException e) {
            throw new StorageException("cannot add to a batch: " + e.getMessage(), e);
        }
    }

    private ColumnFamilyHandle handle(Family family) {
        return RocksStorage.handle(families, family);
    }

    @Override
    public int count() {
        return batch.count();
    }

    @Override
    public long bytes() {
        return batch.getDataSize();
    }

    @Override
    public void clear() {
        batch.clear();
    }

    @Override
    public void close() {
        batch.close();
    }
}
