package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// The bytes of one body, wherever they are.
public sealed interface Content {
    /// Longer bodies go through the [Spool].
    int IN_MEMORY_BYTES_MAX = 1 << 20;

    /// No body is longer.
    long BYTES_MAX = 16L << 30;

    long bytes();

    /// What it takes of this process's memory.
    default int memoryBytes() {
        return 0;
    }

    static Content of(byte[] bytes) {
        return new InMemory(bytes);
    }

    static Content nothing() {
        return of(new byte[0]);
    }

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record InMemory(byte[] content) implements Content {
        public InMemory {
            requireNonNull(content, "content");
        }

        @Override
        public long bytes() {
            return content.length;
        }

        @Override
        public int memoryBytes() {
            return content.length;
        }
    }

    /// A file of the spool, whole and synced. It belongs to whoever got it from [SpoolWriter#finish] until a command
    /// with it is done; of a refused command it is still the caller's, to be offered again or discarded
    /// ([Spool#discard]).
    ///
    /// @param crc CRC32C of the checksums of its chunks and its length
    /// @param sha256 of the bytes
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Spooled(SpoolId file, long bytes, int crc, byte[] sha256) implements Content {
        public Spooled {
            requireNonNull(file, "file");
            requireNonNull(sha256, "sha256");
        }
    }
}
