package io.forebay.offload;

/// Keeps bodies that are too large for memory in files of their own, which are written and synced before the command
/// that makes them part of a job. Any thread.
public interface Spool {
    /// A store without a folder has no spool.
    Spool NONE = new Spool() {
        @Override
        public Outcome<SpoolWriter> begin(boolean mayUseReserve) {
            return Outcome.refused(
                    new StoreRefusal.PayloadTooLarge(Content.IN_MEMORY_BYTES_MAX + 1L, Content.IN_MEMORY_BYTES_MAX));
        }

        @Override
        public void discard(Content content) {}
    };

    /// Begins a file. Refused are the one too many under way ([StoreRefusal.Busy]) and, while the disk is low, all
    /// ([StoreRefusal.DiskFull]).
    ///
    /// @param mayUseReserve results may fill the disk further than new jobs
    Outcome<SpoolWriter> begin(boolean mayUseReserve);

    /// Deletes the file of content that was not taken; nothing for content in memory, and nothing if a job refers to it
    /// after all: the outcome of a command may be worse than what it did.
    void discard(Content content);
}
