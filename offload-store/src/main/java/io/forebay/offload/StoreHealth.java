package io.forebay.offload;

/// Whether the store takes work. `generation` is the committed queue configuration; `durableSeq` counts commits
/// since the store was opened; `detail` is empty while all is well.
public record StoreHealth(Condition condition, long generation, long durableSeq, String detail) {
    /// How the store is.
    public enum Condition {
        OPEN,
        /// Open, but new jobs are refused: the disk is below its hard mark.
        DISK_LOW,
        /// A write failed; the store is being opened again and answers nothing meanwhile.
        REOPENING,
        /// Another process still has the store; this one opens it when that has let go.
        WAITING,
        /// Closed, or stopped by a fault of the program that opening again would not mend; `detail` says which. Only
        /// a new start of the process opens it.
        CLOSED
    }
}
