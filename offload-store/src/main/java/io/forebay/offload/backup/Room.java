package io.forebay.offload.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks for the room that a copy takes, before it is begun.
///
/// @param reserveBytes how much must be left afterwards: what shares the disk must not stop for the copy
record Room(long reserveBytes) {
    void require(Path folder, long bytes) throws IOException, BackupFailure {
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (usable - reserveBytes < bytes) {
            throw new BackupFailure(
                    BackupFailure.Kind.NO_SPACE,
                    "the disk of " + folder + " has " + usable + " bytes left; " + bytes + " are needed and "
                            + reserveBytes + " have to stay free");
        }
    }
}
