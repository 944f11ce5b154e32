package io.forebay.offload.backup;

import io.forebay.offload.codec.StoreContents;
import io.forebay.offload.codec.StoredView;
import io.forebay.offload.rocks.RocksFiles;
import io.forebay.offload.rocks.RocksImage;
import io.forebay.offload.rocks.RocksLinks;
import io.forebay.offload.rocks.Scratch;
import io.forebay.offload.spool.SpoolLayout;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks at a store from outside: at a backup, or at a data folder whose owner may be at work. It sees one moment, all
/// that was acknowledged before it was opened and maybe some more, and changes nothing. In a data folder it takes a
/// [Scratch] for links, so that what it looks at stays until it is closed; the bodies it does not hold. Reads from any
/// thread.
public final class StoreLook implements AutoCloseable {
    private final @Nullable Scratch scratch;
    private final Path rocks;
    private final SpoolLayout spool;
    private final RocksImage image;
    private final StoreContents contents;

    private StoreLook(@Nullable Scratch scratch, Path rocks, Path storeFolder) {
        this.scratch = scratch;
        this.rocks = rocks;
        this.spool = new SpoolLayout(storeFolder.resolve("spool"));
        this.image = RocksImage.open(rocks);
        this.contents = new StoreContents(image);
    }

    /// Opens a look at a data folder or a backup. Fails with [StorageException] if there is no store that this program
    /// can read.
    public static StoreLook at(Path folder) throws IOException {
        Path storeFolder = folder.resolve("store");
        Path rocks = storeFolder.resolve("rocks");
        if (!Files.isDirectory(rocks)) {
            throw new StorageException("there is no store in " + folder);
        }
        return Verification.isBackup(folder)
                ? checked(new StoreLook(null, rocks, storeFolder))
                : ofLive(storeFolder, rocks);
    }

    private static StoreLook ofLive(Path storeFolder, Path rocks) throws IOException {
        Scratch scratch = Scratch.in(storeFolder);
        try {
            Path links = scratch.folder().resolve("rocks");
            RocksLinks.link(rocks, links);
            return checked(new StoreLook(scratch, links, storeFolder));
        } catch (IOException | RuntimeException | Error e) {
            scratch.close();
            throw e;
        }
    }

    private static StoreLook checked(StoreLook look) {
        try {
            look.contents.requireReadable();
            return look;
        } catch (RuntimeException | Error e) {
            look.close();
            throw e;
        }
    }

    public StoreContents contents() {
        return contents;
    }

    /// Jobs and their bytes. What cannot be read is thrown.
    public StoredView view() {
        return new StoredView(image, damaged -> {
            throw damaged;
        });
    }

    /// Where the bodies are. A body of a store that is at work may be gone by the time it is read.
    public SpoolLayout spool() {
        return spool;
    }

    /// The number of the last change that is seen.
    public long sequence() {
        return image.sequence();
    }

    /// What the database takes on the disk.
    public long databaseBytes() throws IOException {
        long bytes = 0;
        for (Path file : RocksFiles.of(rocks)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /// Checks every block of every table of the database; the file of one that is damaged goes to `damaged`.
    void verifyTables(Consumer<String> damaged, PassedBytes passed) throws IOException {
        long ofBytes = databaseBytes();
        for (Path file : RocksFiles.of(rocks)) {
            if (RocksFiles.isTable(file)) {
                try {
                    RocksFiles.verifyTable(file);
                } catch (DamagedValueException e) {
                    damaged.accept(named(String.valueOf(e.getMessage())));
                }
                passed.passed((int) Math.min(Files.size(file), Integer.MAX_VALUE), ofBytes);
            }
        }
    }

    /// A message with the store's own files in it, not the links to them.
    String named(String message) {
        return message.replace(
                rocks.toString(), spool.root().resolveSibling("rocks").toString());
    }

    @Override
    public void close() {
        image.close();
        if (scratch != null) {
            scratch.close();
        }
    }
}
