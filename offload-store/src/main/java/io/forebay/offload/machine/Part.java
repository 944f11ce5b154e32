package io.forebay.offload.machine;

import io.forebay.offload.Content;
import io.forebay.offload.SpoolId;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One byte string of a job: its length, its CRC32C, and where it is. That is a file of the spool, or the blob family:
/// in one value with the part it belongs to, or in chunks. A job's own value has no part of it: it is written with each
/// change of the job, and they never change.
public record Part(
        long bytes, int crc, boolean isPaired, @Nullable SpoolId spooled) {
    public static final int CHUNK_BYTES = 64 << 10;
    public static final Part EMPTY = new Part(0, 0, false, null);

    /// Measures a body, which may be in the spool already.
    static Part of(Content content, boolean isPaired) {
        return switch (content) {
            case Content.InMemory(byte[] bytes) -> of(bytes, isPaired);
            case Content.Spooled file -> new Part(file.bytes(), file.crc(), false, file.file());
        };
    }

    /// Measures `content`.
    ///
    /// @param isPaired whether head and body will be in one value
    public static Part of(byte[] content, boolean isPaired) {
        return content.length == 0 && !isPaired ? EMPTY : new Part(content.length, checksum(content), isPaired, null);
    }

    public static int checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, content.length);
        return (int) crc.getValue();
    }

    /// Chunks on disk.
    public int chunks() {
        return isChunked() ? (int) ((bytes + CHUNK_BYTES - 1) / CHUNK_BYTES) : 0;
    }

    /// Whether there are bytes, in values of their own.
    boolean isChunked() {
        return bytes > 0 && !isPaired && spooled == null;
    }

    /// The same part after retention: length and checksum stay for the record, bytes are gone.
    Part erased() {
        return bytes == 0 ? EMPTY : new Part(bytes, crc, false, null);
    }

    /// The same part once its file has gone to another job.
    Part moved() {
        return spooled == null ? this : new Part(bytes, crc, false, SpoolId.GONE);
    }
}
