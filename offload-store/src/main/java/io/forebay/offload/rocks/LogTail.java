package io.forebay.offload.rocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// Tells a damaged length in the last block of a write-ahead log from a write that a crash cut short. The engine takes
/// a record that reaches beyond the end of its file for the latter and drops it and what follows; but a record's
/// checksum covers its type and content, not its length. If one bit of the length makes the checksum right, all
/// of the record is there, and the bit is put right before the engine looks.
///
/// The format is RocksDB's: blocks of 32 KiB; in them records, each begun by a masked CRC32C (4 bytes), a length (2)
/// and a type (1), little-endian. A record does not go beyond its block.
final class LogTail {
    private static final System.Logger LOG = System.getLogger(LogTail.class.getName());
    private static final int BLOCK_BYTES = 32 << 10;
    private static final int HEADER_BYTES = 7;
    private static final int LENGTH_AT = 4;
    private static final int TYPE_AT = 6;
    private static final int CHECKSUM_MASK = 0xa282ead8;

    private final Path file;
    private final FileChannel log;
    private final long blockAt;
    private final ByteBuffer block;

    private LogTail(Path file, FileChannel log) throws IOException {
        this.file = file;
        this.log = log;
        long size = log.size();
        this.blockAt = size == 0 ? 0 : (size - 1) / BLOCK_BYTES * BLOCK_BYTES;
        this.block = ByteBuffer.allocate((int) (size - blockAt)).order(ByteOrder.LITTLE_ENDIAN);
        int read = 0;
        while (block.hasRemaining() && read >= 0) {
            read = log.read(block, blockAt + block.position());
        }
        block.flip();
    }

    /// Mends the logs of a database that is not open.
    static void mendAll(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log")) {
            for (Path file : files) {
                try (FileChannel log = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    new LogTail(file, log).mend();
                }
            }
        }
    }

    private void mend() throws IOException {
        int at = 0;
        while (at + HEADER_BYTES <= block.limit()) {
            int length = length(at);
            if (at + HEADER_BYTES + length > block.limit()) {
                length = lengthByChecksum(at, length);
                if (length < 0) {
                    return;
                }
                write(at, length);
            }
            at += HEADER_BYTES + length;
        }
    }

    private int length(int at) {
        return Short.toUnsignedInt(block.getShort(at + LENGTH_AT));
    }

    /// The length that differs from `damaged` by one bit and makes the checksum right; negative if there is none.
    private int lengthByChecksum(int at, int damaged) {
        for (int bit = 0; bit < Short.SIZE; bit++) {
            int length = damaged ^ 1 << bit;
            if (at + HEADER_BYTES + length <= block.limit() && checksum(at, length) == block.getInt(at)) {
                return length;
            }
        }
        return -1;
    }

    private int checksum(int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(block.slice(at + TYPE_AT, 1 + length));
        return Integer.rotateRight((int) crc.getValue(), 15) + CHECKSUM_MASK;
    }

    private void write(int at, int length) throws IOException {
        LOG.log(
                System.Logger.Level.ERROR,
                "{0} is damaged: the record at {1} says it has {2} bytes, its checksum says {3}; put right",
                file,
                Long.toString(blockAt + at),
                length(at),
                length);
        block.putShort(at + LENGTH_AT, (short) length);
        log.write(block.slice(at + LENGTH_AT, Short.BYTES), blockAt + at + LENGTH_AT);
        log.force(true);
    }
}
