package io.forebay.offload.storage;

/// A batch was not committed, or nobody knows. Only [Kind#STALLED] promises that nothing was written.
public final class CommitFailure extends Exception {
    private static final long serialVersionUID = 1;

    /// What the writer must do about it.
    public enum Kind {
        /// Held off by the engine: commit the same batch again.
        STALLED,
        /// The disk is full: reopen.
        NO_SPACE,
        /// The write or its sync failed: reopen.
        LOST
    }

    private final Kind kind;

    public CommitFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public CommitFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
