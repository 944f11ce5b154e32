package io.forebay.offload.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Compares a backup with its manifest, byte for byte.
public final class Verification {
    private Verification() {}

    /// Says what a backup is, by its manifest alone.
    public static BackupManifest manifest(Path backup) throws IOException, BackupFailure {
        return ManifestReader.read(backup, (path, expected) -> {});
    }

    /// Whether the folder says that it is a backup.
    public static boolean isBackup(Path folder) {
        return Files.exists(folder.resolve(BackupManifest.FILE_NAME));
    }

    /// Reads every file. The first that is not as it was when it was written fails as
    /// [BackupFailure.Kind#DAMAGED], which names it.
    public static BackupManifest verify(Path backup, PassedBytes passed) throws IOException, BackupFailure {
        FileCopy copy = new FileCopy(passed, manifest(backup).bytes());
        return ManifestReader.read(backup, (path, expected) -> {
            Path file = backup.resolve(path);
            try {
                require(file, copy.read(file), expected);
            } catch (NoSuchFileException e) {
                throw damaged(file, "it is missing");
            }
        });
    }

    /// The same, to the end: what is not as it was written goes to `damage`, one file after the other.
    public static void findDamage(Path backup, PassedBytes passed, Consumer<String> damage)
            throws IOException, BackupFailure {
        FileCopy copy = new FileCopy(passed, manifest(backup).bytes());
        ManifestReader.read(backup, (path, expected) -> {
            Path file = backup.resolve(path);
            try {
                require(file, copy.read(file), expected);
            } catch (NoSuchFileException e) {
                damage.accept("damaged: " + file + ": it is missing");
            } catch (BackupFailure e) {
                damage.accept(String.valueOf(e.getMessage()));
            }
        });
    }

    static void require(Path file, FileCopy.Read found, FileCopy.Read expected) throws BackupFailure {
        if (found.bytes() != expected.bytes()) {
            throw damaged(file, "it has " + found.bytes() + " bytes, not " + expected.bytes());
        }
        if (!found.sha256().equals(expected.sha256())) {
            throw damaged(file, "its SHA-256 is not the one it was written with");
        }
    }

    private static BackupFailure damaged(Path file, String what) {
        return new BackupFailure(BackupFailure.Kind.DAMAGED, "damaged: " + file + ": " + what);
    }
}
