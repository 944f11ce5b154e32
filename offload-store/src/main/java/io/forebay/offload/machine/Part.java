package io.forebay.offload.machine;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One byte string of a job: its length, its CRC32C, and the bytes themselves if they are small enough to live in
/// the job's own value. Otherwise they stand in the blob family, in chunks.
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Part(int bytes, int crc, byte @Nullable [] inline) {
    public static final int CHUNK_BYTES = 64 << 10;
    public static final Part EMPTY = new Part(0, 0, new byte[0]);

    /// Measures `content`; it stays with the job if it fits into `inlineRoom`.
    public static Part of(byte[] content, int inlineRoom) {
        if (content.length == 0) {
            return EMPTY;
        }
        return new Part(content.length, checksum(content), content.length <= inlineRoom ? content : null);
    }

    public static int checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, content.length);
        return (int) crc.getValue();
    }

    /// Chunks on disk.
    public int chunks() {
        return inline == null ? (bytes + CHUNK_BYTES - 1) / CHUNK_BYTES : 0;
    }

    int inlineBytes() {
        return inline == null ? 0 : inline.length;
    }

    /// The same part after retention: length and checksum stay for the record, bytes are gone.
    Part erased() {
        return bytes == 0 ? EMPTY : new Part(bytes, crc, null);
    }
}
