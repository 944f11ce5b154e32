package io.forebay.offload.storage;

/// Changes to be committed together, in order; a later one to the same key wins. One thread at a time.
public interface Batch extends AutoCloseable {
    void put(Family family, byte[] key, byte[] value);

    void delete(Family family, byte[] key);

    /// Deletes a key that was put exactly once since it last was absent. An engine need not remember that it ever was.
    void deleteOnce(Family family, byte[] key);

    int count();

    long bytes();

    /// Makes the batch empty, to be used again.
    void clear();

    @Override
    void close();
}
