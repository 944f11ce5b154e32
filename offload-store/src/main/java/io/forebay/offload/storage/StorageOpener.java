package io.forebay.offload.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Opens the same storage again and again, each time from what is on disk. `store-writer` calls it, at start and
/// after every failed commit, never while the last one is still open.
@FunctionalInterface
public interface StorageOpener extends AutoCloseable {
    /// Fails with [StorageException] (in use, damaged, not readable); the message names the file. A full disk is
    /// [NoSpaceException].
    Storage open();

    /// The disk is full: frees what was kept for this moment.
    default void makeRoom() {}

    /// Where files beside the storage may be kept, or `null` if nowhere.
    default @Nullable Path spoolFolder() {
        return null;
    }

    /// Gives up the folder for good.
    @Override
    default void close() {}
}
