package io.forebay.offload.spool;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The checksums of a file's chunks, as it is written. One thread.
final class ChunkSums {
    static final int CHUNK_BYTES = 64 << 10;

    private final CRC32C current = new CRC32C();
    private int[] sums = new int[16];
    private int count;
    private long bytes;

    void add(byte[] piece, int length) {
        int at = 0;
        while (at < length) {
            int room = CHUNK_BYTES - (int) (bytes % CHUNK_BYTES);
            int some = Math.min(room, length - at);
            current.update(piece, at, some);
            at += some;
            bytes += some;
            if (some == room) {
                closeChunk();
            }
        }
    }

    private void closeChunk() {
        if (count == sums.length) {
            sums = Arrays.copyOf(sums, count * 2);
        }
        sums[count++] = (int) current.getValue();
        current.reset();
    }

    long bytes() {
        return bytes;
    }

    /// What stands behind the content; nothing may be added any more.
    ByteBuffer table() {
        if (bytes % CHUNK_BYTES != 0) {
            closeChunk();
        }
        ByteBuffer table = ByteBuffer.allocate(count * Integer.BYTES);
        for (int chunk = 0; chunk < count; chunk++) {
            table.putInt(sums[chunk]);
        }
        return table.flip();
    }

    static int tableBytes(long contentBytes) {
        return (int) ((contentBytes + CHUNK_BYTES - 1) / CHUNK_BYTES) * Integer.BYTES;
    }

    /// What a job remembers of its file: it ties the table, and with it every chunk, to the job.
    static int crcOf(ByteBuffer table, long contentBytes) {
        CRC32C crc = new CRC32C();
        crc.update(table.duplicate());
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(contentBytes).flip());
        return (int) crc.getValue();
    }
}
