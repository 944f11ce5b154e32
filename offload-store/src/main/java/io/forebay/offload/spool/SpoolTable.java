package io.forebay.offload.spool;

import io.forebay.offload.storage.DamagedValueException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The checksums of a file that is read, and the reading of it. Immutable: any thread.
public final class SpoolTable {
    private final Path file;
    private final long bytes;
    private final ByteBuffer table;

    private SpoolTable(Path file, long bytes, ByteBuffer table) {
        this.file = file;
        this.bytes = bytes;
        this.table = table;
    }

    /// Reads the table and checks it against what the job says. A file that does not agree is a
    /// [DamagedValueException].
    public static SpoolTable read(Path file, long bytes, int crc) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            int tableBytes = ChunkSums.tableBytes(bytes);
            if (in.size() != bytes + tableBytes) {
                throw new DamagedValueException(
                        file.toString(), "has " + in.size() + " bytes, not " + (bytes + tableBytes));
            }
            ByteBuffer table = ByteBuffer.allocate(tableBytes);
            readFully(in, table, bytes);
            if (ChunkSums.crcOf(table, bytes) != crc) {
                throw new DamagedValueException(file.toString(), "its checksums are not those its job knows");
            }
            return new SpoolTable(file, bytes, table);
        }
    }

    public long bytes() {
        return bytes;
    }

    /// The bytes from `from` to the end of the chunk in which the `max`-th stands, or of the content.
    public byte[] read(long from, int max) throws IOException {
        long chunkBytes = ChunkSums.CHUNK_BYTES;
        long start = from / chunkBytes * chunkBytes;
        long end = Math.min(bytes, start + Math.max(chunkBytes, max / chunkBytes * chunkBytes));
        byte[] content = new byte[(int) (end - start)];
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            readFully(in, ByteBuffer.wrap(content), start);
        }
        for (int at = 0; at < content.length; at += ChunkSums.CHUNK_BYTES) {
            check(content, at, (int) ((start + at) / chunkBytes));
        }
        return from == start ? content : Arrays.copyOfRange(content, (int) (from - start), content.length);
    }

    private void check(byte[] content, int at, int chunk) {
        CRC32C crc = new CRC32C();
        crc.update(content, at, Math.min(ChunkSums.CHUNK_BYTES, content.length - at));
        if ((int) crc.getValue() != table.getInt(chunk * Integer.BYTES)) {
            throw new DamagedValueException(file.toString(), "checksum of chunk " + chunk);
        }
    }

    private static void readFully(FileChannel in, ByteBuffer into, long from) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int read = in.read(into, at);
            if (read < 0) {
                throw new EOFException("the file ends at " + at);
            }
            at += read;
        }
        into.flip();
    }
}
