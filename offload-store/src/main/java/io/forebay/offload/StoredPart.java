package io.forebay.offload;

/// One part of a job's bytes, read piece by piece. Nothing is held open in between; a part that retention deletes
/// meanwhile is refused from then on. Any thread.
public interface StoredPart {
    /// A piece is at most so long.
    int PIECE_BYTES_MAX = 256 << 10;

    long bytes();

    /// Whether reading needs no disk: one piece is all, whatever its length, and completes at once.
    boolean isInMemory();

    /// The bytes from `from` on, checked against the checksums taken when they were stored: at least one, if there is
    /// one. Completes on the calling thread if they are in memory, else on `store-reader-n`.
    void read(long from, Completion<byte[]> completion);
}
