package io.forebay.offload.machine;

import io.forebay.offload.Content;
import io.forebay.offload.SpoolId;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One byte string of a job: its length, its CRC32C, and the bytes themselves if they are small enough to live in
/// the job's own value. Otherwise they stand in a file of the spool, or else in the blob family, in chunks.
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Part(
        long bytes,
        int crc,
        byte @Nullable [] inline,
        @Nullable SpoolId spooled) {
    public static final int CHUNK_BYTES = 64 << 10;
    public static final Part EMPTY = new Part(0, 0, new byte[0], null);

    /// The same for a body, which may be in the spool already.
    static Part of(Content content, int inlineRoom) {
        return switch (content) {
            case Content.InMemory(byte[] bytes) -> of(bytes, inlineRoom);
            case Content.Spooled file -> new Part(file.bytes(), file.crc(), null, file.file());
        };
    }

    /// Measures `content`; it stays with the job if it fits into `inlineRoom`.
    public static Part of(byte[] content, int inlineRoom) {
        if (content.length == 0) {
            return EMPTY;
        }
        return new Part(content.length, checksum(content), content.length <= inlineRoom ? content : null, null);
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

    /// Whether the bytes go to the blob family.
    boolean isChunked() {
        return inline == null && spooled == null;
    }

    int inlineBytes() {
        return inline == null ? 0 : inline.length;
    }

    /// The same part after retention: length and checksum stay for the record, bytes are gone.
    Part erased() {
        return bytes == 0 ? EMPTY : new Part(bytes, crc, null, null);
    }

    /// The same part once its file has gone to another job.
    Part moved() {
        return spooled == null ? this : new Part(bytes, crc, null, SpoolId.GONE);
    }
}
