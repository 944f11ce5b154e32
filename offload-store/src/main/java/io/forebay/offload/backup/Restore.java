package io.forebay.offload.backup;

import io.forebay.offload.storage.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Makes a data folder of a backup. First every file of the backup is verified; then all are copied beside the
/// place where the store will be, verified again as they are read, and synced; the last step is the store's
/// name. Blocks; one thread.
public final class Restore {
    /// Where a store stands in a data folder until it is whole.
    public static final String UNFINISHED = "store.restoring";

    private static final String STORE = "store/";

    private final Room room;
    private final PassedBytes verified;
    private final PassedBytes copied;

    /// @param reserveBytes how much must be left on the disk afterwards
    public Restore(long reserveBytes, PassedBytes verified, PassedBytes copied) {
        this.room = new Room(reserveBytes);
        this.verified = verified;
        this.copied = copied;
    }

    /// Restores into `data`, which must be empty if it is there. If it fails, what it wrote is deleted.
    ///
    /// @return what was restored
    public BackupManifest run(Path backup, Path data) throws IOException, BackupFailure {
        requireEmpty(data);
        BackupManifest manifest = Verification.verify(backup, verified);
        boolean isMade = !Files.exists(data);
        if (isMade) {
            FolderTree.makeFolderOf(data);
            FolderTree.makePrivate(data);
        }
        room.require(data, manifest.bytes());
        Path unfinished = data.resolve(UNFINISHED);
        FolderTree.makePrivate(unfinished);
        try {
            copy(backup, unfinished, manifest.bytes());
            FolderTree.syncAllNames(unfinished);
            Files.move(unfinished, data.resolve("store"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | BackupFailure | RuntimeException | Error e) {
            FolderTree.delete(unfinished);
            throw e;
        }
        FolderTree.syncNames(data);
        if (isMade) {
            FolderTree.syncNameOf(data);
        }
        return manifest;
    }

    private static void requireEmpty(Path data) throws IOException, BackupFailure {
        if (Files.exists(data.resolve(UNFINISHED))) {
            throw new BackupFailure(
                    BackupFailure.Kind.EXISTS,
                    data.resolve(UNFINISHED) + " is left of a restore that did not end; delete it and restore again");
        }
        if (Files.exists(data) && !Backup.isEmpty(data)) {
            throw new BackupFailure(
                    BackupFailure.Kind.EXISTS, data + " is not empty; a restore needs a data folder of its own");
        }
    }

    private void copy(Path backup, Path to, long bytes) throws IOException, BackupFailure {
        FileCopy copy = new FileCopy(copied, bytes);
        ManifestReader.read(backup, new ManifestReader.FileVisitor() {
            @Override
            public void file(String path, FileCopy.Read expected) throws IOException, BackupFailure {
                Path target = at(to, path);
                FolderTree.makeFolderOf(target);
                Verification.require(backup.resolve(path), copy.copy(backup.resolve(path), target), expected);
            }

            // A run of the store whose bodies are all missing is counted all the same: a new one under its number would
            // give their names to other bodies.
            @Override
            public void missing(String path) throws IOException {
                FolderTree.makeFolderOf(at(to, path));
            }
        });
    }

    private static Path at(Path to, String path) {
        return to.resolve(path.substring(STORE.length()));
    }
}
