package io.forebay.perf.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import org.HdrHistogram.Histogram;

/// What `fdatasync` costs on the disk of a folder: writes blocks one after the other into a preallocated file and syncs
/// each (`FileChannel.force(false)` is fdatasync on Linux). A store that acknowledges after its sync cannot be
/// faster than this at one request in flight. Leaves no file behind.
public final class SyncProbe {
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS = 4096;
    private static final long LATENCY_MAX_NS = 60_000_000_000L;

    private SyncProbe() {}

    /// What was found.
    ///
    /// @param syncsPerSecond one after the other, from one thread
    public record Latencies(
            long syncs, double syncsPerSecond, double p50Ms, double p90Ms, double p99Ms, double maxMs) {}

    public static Latencies measure(Path folder, Duration length) throws IOException {
        Path file = folder.resolve("sync-probe");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            ByteBuffer block = randomBlock();
            for (int i = 0; i < BLOCKS; i++) {
                write(channel, block, i);
            }
            channel.force(true);
            return syncs(channel, block, length.toNanos());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Latencies syncs(FileChannel channel, ByteBuffer block, long lengthNs) throws IOException {
        Histogram latencies = new Histogram(LATENCY_MAX_NS, 3);
        long sinceNs = System.nanoTime();
        long nowNs = sinceNs;
        for (int i = 0; nowNs - sinceNs < lengthNs; i++) {
            write(channel, block, i % BLOCKS);
            channel.force(false);
            long endNs = System.nanoTime();
            latencies.recordValue(Math.min(endNs - nowNs, LATENCY_MAX_NS));
            nowNs = endNs;
        }
        long count = latencies.getTotalCount();
        return new Latencies(
                count,
                count / ((nowNs - sinceNs) / 1e9),
                latencies.getValueAtPercentile(50) / 1e6,
                latencies.getValueAtPercentile(90) / 1e6,
                latencies.getValueAtPercentile(99) / 1e6,
                latencies.getMaxValue() / 1e6);
    }

    private static ByteBuffer randomBlock() {
        byte[] bytes = new byte[BLOCK_BYTES];
        new Random(BLOCK_BYTES).nextBytes(bytes);
        return ByteBuffer.allocateDirect(BLOCK_BYTES).put(bytes);
    }

    private static void write(FileChannel channel, ByteBuffer block, int index) throws IOException {
        block.clear();
        while (block.hasRemaining()) {
            channel.write(block, (long) index * BLOCK_BYTES + block.position());
        }
    }
}
