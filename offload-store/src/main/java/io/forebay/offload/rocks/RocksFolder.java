package io.forebay.offload.rocks;

import io.forebay.offload.storage.Storage;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.StorageInUseException;
import io.forebay.offload.storage.StorageOpener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// One folder that holds one store, owned by this process from construction to [#close]: a lock on `owner.lock`
/// keeps every other process, and every other `RocksFolder`, out, also between a close and the next open. Beside
/// the engine's own folder lies the ballast.
public final class RocksFolder implements StorageOpener {
    private static final int BALLAST_STEP_BYTES = 1 << 20;

    private final Path folder;
    private final RocksSettings settings;
    private final FileChannel lockFile;
    private final FileLock lock;

    /// Creates the folder if it is missing. Fails with [StorageException] if someone owns it already.
    public RocksFolder(Path folder, RocksSettings settings) {
        this.folder = folder;
        this.settings = settings;
        try {
            Files.createDirectories(folder);
            lockFile =
                    FileChannel.open(folder.resolve("owner.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StorageException("cannot use the store folder " + folder + ": " + e.getMessage(), e);
        }
        this.lock = takeLock();
        Scratch.deleteAbandoned(folder);
    }

    private FileLock takeLock() {
        try {
            FileLock taken = lockFile.tryLock();
            if (taken != null) {
                return taken;
            }
            lockFile.close();
        } catch (IOException e) {
            throw new StorageException("cannot lock the store folder " + folder + ": " + e.getMessage(), e);
        } catch (OverlappingFileLockException e) {
            throw new StorageInUseException("the store folder " + folder + " is in use", e);
        }
        throw new StorageInUseException("the store folder " + folder + " is in use by another process");
    }

    @Override
    public Storage open() {
        if (!lock.isValid()) {
            throw new StorageException("the store folder " + folder + " was given up");
        }
        layBallast();
        return RocksStorage.open(folder.resolve("rocks"), settings);
    }

    @Override
    public Path spoolFolder() {
        return folder.resolve("spool");
    }

    @Override
    public void makeRoom() {
        try {
            Files.deleteIfExists(ballast());
        } catch (IOException e) {
            throw new StorageException("cannot free " + ballast() + ": " + e.getMessage(), e);
        }
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    /// Written, not merely sized, so that the blocks are really taken; only where plenty is left.
    private void layBallast() {
        try {
            long usable = Files.getFileStore(folder).getUsableSpace();
            if (settings.ballastBytes() == 0 || Files.exists(ballast()) || usable < 8 * settings.ballastBytes()) {
                return;
            }
            try (FileChannel out = FileChannel.open(ballast(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                ByteBuffer zeros = ByteBuffer.allocateDirect(BALLAST_STEP_BYTES);
                for (long at = 0; at < settings.ballastBytes(); at += BALLAST_STEP_BYTES) {
                    out.write(zeros.clear(), at);
                }
            }
        } catch (IOException e) {
            throw new StorageException("cannot lay " + ballast() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            throw new StorageException("cannot give up " + folder + ": " + e.getMessage(), e);
        }
    }
}
