package io.forebay.offload.backup;

import io.forebay.offload.codec.StoreContents;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksImage;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.rocks.Scratch;
import io.forebay.offload.spool.FileHold;
import io.forebay.offload.spool.SpoolLayout;
import io.forebay.offload.storage.FolderTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/// A store as it is at one moment, in files that stay as they are until this is closed.
///
/// Of a store that is open they are links in a [Scratch]. The database comes first, by a checkpoint: a prefix
/// of the commits. The files to which its jobs refer were written before those commits, never change, and are
/// held from before the checkpoint until they are linked. So database and files are of one moment, and commits
/// go on all the while.
final class Frozen implements AutoCloseable {
    private static final String ROCKS = "rocks";
    private static final String SPOOL = "spool";

    private final AutoCloseable owned;
    private final Instant taken;
    private final Path rocks;
    private final SpoolLayout spool;
    private final RocksImage image;

    private Frozen(AutoCloseable owned, Instant taken, Path folder) {
        this.owned = owned;
        this.taken = taken;
        this.rocks = folder.resolve(ROCKS);
        this.spool = new SpoolLayout(folder.resolve(SPOOL));
        this.image = RocksImage.open(rocks);
    }

    /// Of a store that is open, in `storeFolder`.
    static Frozen live(OffloadStore store, Path storeFolder, InstantSource clock) throws IOException {
        Scratch scratch = Scratch.in(storeFolder);
        try (FileHold _ = store.holdFiles()) {
            Instant taken = clock.instant();
            store.checkpoint(scratch.folder().resolve(ROCKS));
            Frozen frozen = new Frozen(scratch, taken, scratch.folder());
            frozen.linkFrom(new SpoolLayout(storeFolder.resolve(SPOOL)));
            return frozen;
        } catch (IOException | RuntimeException | Error e) {
            scratch.close();
            throw e;
        }
    }

    /// Of a store that nobody has open; nobody can open it until this is closed. Fails with
    /// [io.forebay.offload.storage.StorageInUseException] if somebody has.
    static Frozen stopped(Path storeFolder, InstantSource clock) {
        RocksFolder owner = new RocksFolder(storeFolder, RocksSettings.DEFAULT);
        try {
            return new Frozen(owner, clock.instant(), storeFolder);
        } catch (RuntimeException | Error e) {
            owner.close();
            throw e;
        }
    }

    private void linkFrom(SpoolLayout live) throws IOException {
        try {
            contents().files(file -> {
                link(spool.path(file), live.path(file));
                return true;
            });
        } catch (UncheckedIOException e) {
            image.close();
            throw e.getCause();
        } catch (RuntimeException | Error e) {
            image.close();
            throw e;
        }
    }

    private static void link(Path link, Path to) {
        try {
            FolderTree.makeFolderOf(link);
            Files.createLink(link, to);
        } catch (NoSuchFileException missing) {
            // The store was damaged before; who copies it will not find the file either, and says so.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All that was acknowledged before is in it.
    Instant taken() {
        return taken;
    }

    long sequence() {
        return image.sequence();
    }

    Path rocks() {
        return rocks;
    }

    SpoolLayout spool() {
        return spool;
    }

    StoreContents contents() {
        return new StoreContents(image);
    }

    @Override
    public void close() {
        image.close();
        try {
            owned.close();
        } catch (Exception e) {
            throw new IllegalStateException("what was frozen cannot be given up", e);
        }
    }
}
