package io.forebay.admin;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Copies of the store, one at a time.
public interface BackupAdmin {
    /// Where they go, and what became of the last one.
    Reply<Backups> backups();

    /// Begins one. The value is how far it is when it has begun to copy, or has ended already.
    ///
    /// [Reply.Conflict] `backups-off` where no folder is configured for them, `backup-under-way` while there is
    /// one, `backup-exists` if one has the name, `backup-no-space` if it would not fit. [Reply.Unavailable]
    /// while the store is not open.
    ///
    /// @param name of its folder: letters, digits, `.`, `_` and `-`, the first a letter or digit
    Reply<Backup> begin(String name);

    /// Copies of the store that this process makes.
    ///
    /// @param directory the folder below which they go, null if there is none
    /// @param last the one under way or the last that ended, null if there was none since the start
    record Backups(@Nullable String directory, @Nullable Backup last) {}

    /// How far one is.
    enum BackupState {
        RUNNING,
        DONE,
        FAILED;

        /// The state as documents write it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One backup.
    ///
    /// @param copiedBytes how much is copied
    /// @param bytes how much there is to copy, 0 while that is not known
    /// @param taken all that was acknowledged before is in it; null until it is done
    /// @param fault why it failed, null if it did not
    record Backup(
            String name,
            BackupState state,
            Instant begun,
            long copiedBytes,
            long bytes,
            @Nullable Instant taken,
            @Nullable String fault) {}
}
