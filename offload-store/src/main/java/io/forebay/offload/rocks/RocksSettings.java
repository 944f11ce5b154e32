package io.forebay.offload.rocks;

/// Memory and disk bounds of the engine.
///
/// @param blockCacheBytes holds data, index and filter blocks, and is charged for the write buffers
/// @param writeBufferBytes all families together
/// @param walBytesMax beyond this the oldest family is flushed, which bounds the work of a restart
/// @param ballastBytes a file given up when the disk is full, so that the store can open again and work off what it
/// holds
/// @param verifyBytesMax at open every block is checked if the files are no larger in all; larger ones are checked
/// as they are read
/// @param scanSkippedMax deleted keys that one step of a scan may pass over before the scan gives up
public record RocksSettings(
        long blockCacheBytes,
        long writeBufferBytes,
        long walBytesMax,
        long ballastBytes,
        long verifyBytesMax,
        long scanSkippedMax) {
    private static final long MIB = 1L << 20;
    private static final long SCAN_SKIPPED_MAX = 1_000_000;

    public static final RocksSettings DEFAULT = new RocksSettings(64 * MIB, 32 * MIB, 96 * MIB, 32 * MIB, 256 * MIB);

    /// A scan gives up after a million deleted keys.
    public RocksSettings(
            long blockCacheBytes, long writeBufferBytes, long walBytesMax, long ballastBytes, long verifyBytesMax) {
        this(blockCacheBytes, writeBufferBytes, walBytesMax, ballastBytes, verifyBytesMax, SCAN_SKIPPED_MAX);
    }

    public RocksSettings {
        if (blockCacheBytes < MIB || writeBufferBytes < MIB || walBytesMax < MIB) {
            throw new IllegalArgumentException("block cache, write buffers and WAL need at least 1 MiB each");
        }
        if (ballastBytes < 0 || verifyBytesMax < 0) {
            throw new IllegalArgumentException("ballastBytes and verifyBytesMax must not be negative");
        }
        if (scanSkippedMax < 1) {
            throw new IllegalArgumentException("scanSkippedMax must be positive: " + scanSkippedMax);
        }
    }
}
