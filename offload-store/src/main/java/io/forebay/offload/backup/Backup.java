package io.forebay.offload.backup;

import io.forebay.offload.SpoolId;
import io.forebay.offload.codec.StoreContents;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.rocks.RocksFiles;
import io.forebay.offload.storage.FolderTree;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;

/// Copies a store, open or not, into a folder: every file is read, copied, synced and written down with its
/// checksum; the manifest comes last. Blocks for as long as that takes; one thread. If it fails, what it wrote
/// is deleted; if the process ends meanwhile, a folder without a manifest is left.
public final class Backup {
    private static final System.Logger LOG = System.getLogger(Backup.class.getName());

    private final Author author;
    private final Room room;
    private final InstantSource clock;
    private final PassedBytes passed;

    /// Whose store it is.
    ///
    /// @param product version of this program
    /// @param node shard that its job ids name
    public record Author(String product, int node) {}

    /// @param reserveBytes how much must be left on the target's disk afterwards
    public Backup(Author author, long reserveBytes, InstantSource clock, PassedBytes passed) {
        this.author = author;
        this.room = new Room(reserveBytes);
        this.clock = clock;
        this.passed = passed;
    }

    /// Of a store that is open; submits go on meanwhile.
    ///
    /// @param storeFolder where that store is
    /// @param to is made; it may be there, but empty
    /// @throws StorageException if the store is away, or damaged so that it cannot be read
    public BackupManifest ofLive(OffloadStore store, Path storeFolder, Path to) throws IOException, BackupFailure {
        boolean isMade = makeFolder(to);
        try (Frozen frozen = Frozen.live(store, storeFolder, clock)) {
            return copy(frozen, to, isMade);
        } catch (IOException | BackupFailure | RuntimeException | Error e) {
            giveUp(to, isMade);
            throw e;
        }
    }

    /// Of a store that nobody has open.
    ///
    /// @throws StorageException if there is none, it is in use, or damaged so that it cannot be read
    public BackupManifest ofStopped(Path storeFolder, Path to) throws IOException, BackupFailure {
        if (!Files.isDirectory(storeFolder.resolve("rocks"))) {
            throw new StorageException("there is no store in " + storeFolder);
        }
        try (Frozen frozen = Frozen.stopped(storeFolder, clock)) {
            boolean isMade = makeFolder(to);
            try {
                return copy(frozen, to, isMade);
            } catch (IOException | BackupFailure | RuntimeException | Error e) {
                giveUp(to, isMade);
                throw e;
            }
        }
    }

    /// Whether it was not there before.
    private static boolean makeFolder(Path to) throws IOException, BackupFailure {
        FolderTree.makeFolderOf(to);
        try {
            FolderTree.makePrivate(to);
            return true;
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(to) || !isEmpty(to)) {
                throw new BackupFailure(
                        BackupFailure.Kind.EXISTS, to + " is there already; a backup needs a folder of its own");
            }
            return false;
        }
    }

    static boolean isEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            return !entries.iterator().hasNext();
        }
    }

    private BackupManifest copy(Frozen frozen, Path to, boolean isMade) throws IOException, BackupFailure {
        long bytes = bytes(frozen);
        room.require(to, bytes);
        FileCopy copy = new FileCopy(passed, bytes);
        try (ManifestWriter manifest = new ManifestWriter(to, head(frozen))) {
            copyDatabase(frozen, to, copy, manifest);
            copyBodies(frozen, to, copy, manifest);
            FolderTree.syncAllNames(to);
            if (isMade) {
                FolderTree.syncNameOf(to);
            }
            return manifest.finish();
        }
    }

    private BackupManifest head(Frozen frozen) {
        StoreContents contents = frozen.contents();
        return new BackupManifest(
                author.product(),
                contents.format(),
                author.node(),
                frozen.taken(),
                frozen.sequence(),
                contents.jobCounts(),
                0,
                0,
                0);
    }

    private static long bytes(Frozen frozen) throws IOException {
        long[] bytes = {0};
        for (Path file : RocksFiles.of(frozen.rocks())) {
            bytes[0] += Files.size(file);
        }
        eachBody(frozen, file -> {
            try {
                bytes[0] += Files.size(frozen.spool().path(file));
            } catch (NoSuchFileException missing) {
                // Nothing to copy.
            }
        });
        return bytes[0];
    }

    private static void copyDatabase(Frozen frozen, Path to, FileCopy copy, ManifestWriter manifest)
            throws IOException {
        Path folder = Files.createDirectories(to.resolve("store/rocks"));
        for (Path file : RocksFiles.of(frozen.rocks())) {
            String name = file.getFileName().toString();
            manifest.file("store/rocks/" + name, copy.copy(file, folder.resolve(name)));
        }
    }

    private static void copyBodies(Frozen frozen, Path to, FileCopy copy, ManifestWriter manifest) throws IOException {
        eachBody(frozen, id -> {
            Path from = frozen.spool().path(id);
            String path = "store/spool/" + frozen.spool().root().relativize(from);
            if (Files.exists(from)) {
                Path target = to.resolve(path);
                FolderTree.makeFolderOf(target);
                manifest.file(path, copy.copy(from, target));
            } else {
                LOG.log(System.Logger.Level.WARNING, "a job refers to {0}, and it is missing", from);
                manifest.missing(path);
            }
        });
    }

    private interface BodyWork {
        void run(SpoolId file) throws IOException;
    }

    private static void eachBody(Frozen frozen, BodyWork work) throws IOException {
        try {
            frozen.contents().files(file -> {
                try {
                    work.run(file);
                    return true;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// A half of a backup is worth nothing and takes room.
    private static void giveUp(Path to, boolean isMade) {
        try {
            FolderTree.delete(to);
            if (!isMade) {
                Files.createDirectory(to);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "what is left of a backup that failed cannot be deleted: " + to, e);
        }
    }
}
