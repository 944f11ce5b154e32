package io.forebay.offload.spool;

import io.forebay.offload.SpoolId;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Goes once through the files of earlier runs and deletes those without a job: a crash came between their writing and
/// the commit, or between the commit and their deletion. Folders that are empty go too.
final class OrphanSweep implements Runnable {
    private static final System.Logger LOG = System.getLogger(OrphanSweep.class.getName());

    private static final long AWAY_NS = 200_000_000;

    private final SpoolFolder folder;
    private final Predicate<SpoolId> isReferred;
    private final Deletions deletions;
    private final BooleanSupplier isOver;
    private int deleted;

    OrphanSweep(SpoolFolder folder, Predicate<SpoolId> isReferred, Deletions deletions, BooleanSupplier isOver) {
        this.folder = folder;
        this.isReferred = isReferred;
        this.deletions = deletions;
        this.isOver = isOver;
    }

    @Override
    public void run() {
        try {
            for (int run : folder.runs()) {
                if (run < folder.run()) {
                    sweep(run);
                }
            }
            if (deleted > 0) {
                LOG.log(System.Logger.Level.INFO, "{0} files of the spool were nobody''s and are deleted", deleted);
            }
        } catch (IOException | RuntimeException e) {
            if (!isOver.getAsBoolean()) {
                LOG.log(System.Logger.Level.WARNING, "the spool is not swept to its end; the next start goes on", e);
            }
        }
    }

    private void sweep(int run) throws IOException {
        for (Path group : entries(folder.folder(run))) {
            if (!Files.isDirectory(group)) {
                continue;
            }
            for (Path file : entries(group)) {
                String name = file.getFileName().toString();
                if (name.matches("[0-9]{1,18}")) {
                    sweep(file, new SpoolId(run, Long.parseLong(name)));
                }
            }
            deleteIfEmpty(group);
        }
        deleteIfEmpty(folder.folder(run));
    }

    /// Waits while files are held.
    private void sweep(Path file, SpoolId id) throws IOException {
        while (!deletions.begin()) {
            if (isOver.getAsBoolean()) {
                return;
            }
            LockSupport.parkNanos(AWAY_NS);
        }
        try {
            if (isNobodys(id)) {
                Files.deleteIfExists(file);
                deleted++;
            }
        } finally {
            deletions.end();
        }
    }

    /// Waits while the store is away. False once the process ends.
    private boolean isNobodys(SpoolId file) {
        while (!isOver.getAsBoolean()) {
            try {
                return !isReferred.test(file);
            } catch (StorageException away) {
                LockSupport.parkNanos(AWAY_NS);
            }
        }
        return false;
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        try {
            Files.delete(folder);
        } catch (DirectoryNotEmptyException stillUsed) {
            // Some job's files are in it.
        }
    }
}
