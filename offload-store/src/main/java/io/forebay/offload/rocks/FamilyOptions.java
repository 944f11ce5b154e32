package io.forebay.offload.rocks;

import io.forebay.offload.storage.Family;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.TablePropertiesCollectorFactory;

/// How each family is kept. Queues in an LSM tree leave deleted keys in front of live ones, so families that churn
/// are compacted when half of a window of 4,096 keys is deleted; the binding takes that collector through `Options`
/// only.
final class FamilyOptions implements AutoCloseable {
    private static final long FAMILY_BUFFER_BYTES = 16L << 20;
    private static final int BLOCK_BYTES = 8 << 10;
    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final long BLOB_BYTES_MIN = 4 << 10;

    private final BloomFilter bloom = new BloomFilter(BLOOM_BITS_PER_KEY);
    private final TablePropertiesCollectorFactory onDeletion =
            TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(4_096, 2_048, 0.5);
    private final Cache cache;

    FamilyOptions(Cache cache) {
        this.cache = cache;
    }

    ColumnFamilyOptions of(Family family) {
        try (Options options = new Options()) {
            options.setWriteBufferSize(FAMILY_BUFFER_BYTES);
            options.setTableFormatConfig(table());
            options.setCompressionType(
                    isCompressed(family) ? CompressionType.LZ4_COMPRESSION : CompressionType.NO_COMPRESSION);
            if (churns(family)) {
                options.setTablePropertiesCollectorFactory(List.of(onDeletion));
            }
            if (family == Family.BLOB) {
                options.setEnableBlobFiles(true);
                options.setMinBlobSize(BLOB_BYTES_MIN);
                options.setEnableBlobGarbageCollection(true);
            }
            return new ColumnFamilyOptions(options);
        }
    }

    private BlockBasedTableConfig table() {
        return new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_BYTES)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(bloom);
    }

    private static boolean churns(Family family) {
        return switch (family) {
            case READY, TIMER, ORDER, INDEX, IDEM, JOB -> true;
            case META, BLOB, LOG -> false;
        };
    }

    private static boolean isCompressed(Family family) {
        return switch (family) {
            case JOB, BLOB, LOG -> true;
            case META, READY, TIMER, ORDER, IDEM, INDEX -> false;
        };
    }

    @Override
    public void close() {
        onDeletion.close();
        bloom.close();
    }
}
