package io.forebay.offload.storage;

import org.jspecify.annotations.Nullable;

/// Point reads and bounded scans over committed keys, in unsigned byte order. Failures are [StorageException]s;
/// bytes the engine itself finds damaged are [DamagedValueException]s that name the file; a scan that would have to
/// step over too many deleted keys is a [ScanTooLongException].
public interface Reads {
    byte @Nullable [] read(Family family, byte[] key);

    /// Visits keys from `from` (inclusive) to `to` (exclusive) until the visitor says stop.
    void scan(Family family, byte[] from, byte[] to, Visitor visitor);

    /// Takes one entry; false ends the scan. The arrays are the visitor's to keep.
    @FunctionalInterface
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }
}
