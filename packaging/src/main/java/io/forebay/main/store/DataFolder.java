package io.forebay.main.store;

import io.forebay.main.ExitCode;
import io.forebay.main.StartFailure;
import io.forebay.offload.backup.Restore;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a data folder has of the store.
public final class DataFolder {
    private DataFolder() {}

    /// Where the store is in a data folder, or in a backup.
    public static Path store(Path data) {
        return data.resolve("store");
    }

    /// A new store beside one that was to be restored would hide that it was not.
    public static void requireNoHalfRestored(Path data) throws StartFailure {
        Path unfinished = data.resolve(Restore.UNFINISHED);
        if (Files.exists(unfinished)) {
            throw new StartFailure(
                    ExitCode.STORE,
                    unfinished + " is left of a restore that did not end; delete it, and restore before the start");
        }
    }
}
