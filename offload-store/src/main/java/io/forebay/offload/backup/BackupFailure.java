package io.forebay.offload.backup;

/// Why a store was not copied, or a copy not taken for one. The message names the folder or file, and says what
/// to do.
public final class BackupFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /// What kind of obstacle it is.
    public enum Kind {
        /// The target is there already, or is not empty.
        EXISTS,
        /// The disk has too little room.
        NO_SPACE,
        /// There is no manifest, so it is no backup, or one that was not finished.
        NO_BACKUP,
        /// Something is not as the manifest says.
        DAMAGED,
        /// Another version of the program wrote it.
        OTHER_FORMAT
    }

    public BackupFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
