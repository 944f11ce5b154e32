package io.forebay.offload.rocks;

import io.forebay.offload.storage.Family;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.IndexType;
import org.rocksdb.Options;
import org.rocksdb.TablePropertiesCollectorFactory;

/// How each family is kept. Queues in an LSM tree leave deleted keys in front of live ones, so families that churn
/// are compacted when half of a window of 4,096 keys is deleted; the binding takes that collector through `Options`
/// only. Not the scattered ones: there every such compaction rewrites the family, so a scan that met too many deleted
/// keys asks for one ([RocksReads]).
final class FamilyOptions implements AutoCloseable {
    private static final long FAMILY_BUFFER_BYTES = 16L << 20;
    private static final int BLOCK_BYTES = 8 << 10;
    /// Flushes are small, so a large first level would be rewritten for each of them.
    private static final long LEVEL_BASE_BYTES = 32L << 20;
    private static final long FILE_BYTES = 8L << 20;
    /// A memtable takes its memory in pieces that are used again. Larger ones would be mapped and given back each time
    /// (docs/decisions/0011), and a third of the writer's time would go into touching new pages.
    private static final long ARENA_BLOCK_BYTES = 128 << 10;
    private static final int METADATA_BLOCK_BYTES = 4 << 10;
    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final long BLOB_BYTES_MIN = 512;

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
            options.setArenaBlockSize(ARENA_BLOCK_BYTES);
            options.setMaxBytesForLevelBase(LEVEL_BASE_BYTES);
            options.setTargetFileSizeBase(FILE_BYTES);
            options.setTableFormatConfig(table());
            options.setCompressionType(
                    isCompressed(family) ? CompressionType.LZ4_COMPRESSION : CompressionType.NO_COMPRESSION);
            if (isScattered(family)) {
                options.setCompactionStyle(CompactionStyle.UNIVERSAL);
            }
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
                // In parts: the whole filter of a large file would not fit into a shard of the cache, and be read anew
                // for each key.
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPartitionFilters(true)
                .setMetadataBlockSize(METADATA_BLOCK_BYTES)
                .setPinTopLevelIndexAndFilter(true)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(bloom);
    }

    private static boolean churns(Family family) {
        return switch (family) {
            case READY, ORDER, IDEM, JOB -> true;
            case META, TIMER, INDEX, BLOB, LOG -> false;
        };
    }

    /// Small entries whose flushes each span the whole family: by levels, every flush would rewrite a whole level.
    private static boolean isScattered(Family family) {
        return switch (family) {
            case TIMER, INDEX -> true;
            case META, JOB, BLOB, READY, ORDER, IDEM, LOG -> false;
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
