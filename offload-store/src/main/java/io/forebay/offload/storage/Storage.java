package io.forebay.offload.storage;

import java.nio.file.Path;

/// Ordered durable bytes. Reads from any thread; batches and commits from `store-writer` alone. After a commit
/// failed with anything but a stall the storage takes no further commits: close it and open it again.
public interface Storage extends Reads, AutoCloseable {
    View view();

    Batch batch();

    /// Returns when the batch is on disk and synced; leaves the batch as it is.
    void commit(Batch batch) throws CommitFailure;

    /// Puts all that is committed into `folder`, which must not exist yet: a storage that nobody writes, in
    /// links to files that do not change any more and copies of the others. From any thread; commits go on
    /// meanwhile. Fails with [StorageException].
    default void checkpoint(Path folder) {
        throw new StorageException("this storage is not in files: " + folder);
    }

    /// Bytes the disk has left for us.
    long usableBytes();

    @Override
    void close();
}
