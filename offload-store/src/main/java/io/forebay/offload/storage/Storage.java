package io.forebay.offload.storage;

/// Ordered durable bytes. Reads from any thread; batches and commits from `store-writer` alone. After a commit
/// failed with anything but a stall the storage takes no further commits: close it and open it again.
public interface Storage extends Reads, AutoCloseable {
    View view();

    Batch batch();

    /// Returns when the batch is on disk and synced; leaves the batch as it is.
    void commit(Batch batch) throws CommitFailure;

    /// Bytes the disk has left for us.
    long usableBytes();

    @Override
    void close();
}
