package io.forebay.offload.rocks;

import io.forebay.offload.storage.FolderTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A folder beside the engine's own, `looks/<id>`, for links to the store's files: what is linked there stays
/// as it was while the store goes on. Who has one holds the lock on `looks/<id>.lock`; one whose lock can be
/// had is of a process that is gone, and is deleted by whoever comes next, the store's owner at start among
/// them. One thread.
public final class Scratch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Scratch.class.getName());
    private static final String FOLDER = "looks";
    private static final String LOCK_SUFFIX = ".lock";

    private final Path lockFile;
    private final FileChannel channel;
    private final Path folder;

    private Scratch(Path lockFile, FileChannel channel, Path folder) {
        this.lockFile = lockFile;
        this.channel = channel;
        this.folder = folder;
    }

    /// A new one in the folder of a store; those of processes that are gone are deleted.
    public static Scratch in(Path storeFolder) throws IOException {
        deleteAbandoned(storeFolder);
        Path looks = storeFolder.resolve(FOLDER);
        while (true) {
            String id = UUID.randomUUID().toString();
            Path lockFile = looks.resolve(id + LOCK_SUFFIX);
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            // Another process may have taken it for an abandoned one between its making and its locking.
            if (lock(channel) != null && Files.exists(lockFile)) {
                return new Scratch(lockFile, channel, Files.createDirectory(looks.resolve(id)));
            }
            channel.close();
        }
    }

    /// Deletes what processes that are gone have left. What cannot be deleted is logged and left. Makes the folder for
    /// looks, so that it is the store's owner's, who opens the store before anybody else can look.
    static void deleteAbandoned(Path storeFolder) {
        Path looks = storeFolder.resolve(FOLDER);
        try {
            Files.createDirectories(looks);
            try (DirectoryStream<Path> locks = Files.newDirectoryStream(looks, "*" + LOCK_SUFFIX)) {
                locks.forEach(Scratch::deleteIfAbandoned);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "what others left in " + looks + " cannot be looked at", e);
        }
    }

    private static void deleteIfAbandoned(Path lockFile) {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
            if (lock(channel) != null) {
                String name = lockFile.getFileName().toString();
                FolderTree.delete(lockFile.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length())));
                Files.deleteIfExists(lockFile);
            }
        } catch (NoSuchFileException gone) {
            // Its owner has just deleted it.
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "what belongs to " + lockFile + " cannot be deleted", e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ofThisProcess) {
            return null;
        }
    }

    public Path folder() {
        return folder;
    }

    /// Deletes it. What cannot be deleted is logged; the next one tries again.
    @Override
    public void close() {
        try {
            FolderTree.delete(folder);
            Files.deleteIfExists(lockFile);
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, folder + " cannot be deleted", e);
        }
    }
}
