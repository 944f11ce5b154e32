package io.forebay.offload.spool;

import io.forebay.offload.Content;
import io.forebay.offload.Outcome;
import io.forebay.offload.Spool;
import io.forebay.offload.SpoolId;
import io.forebay.offload.SpoolWriter;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// The spool in a folder. Files are written, synced and deleted on two threads, `spool-writer-0` and `-1`, each file on
/// one of them.
public final class FileSpool implements Spool, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FileSpool.class.getName());
    private static final int OPEN_MAX = 1_024;
    private static final int DELETING_MAX = 65_536;
    private static final int SOFT_MARKS = 4;
    private static final long LOOK_EVERY_NS = 1_000_000_000;

    private final SpoolFolder folder;
    private final long diskHardMarkBytes;
    private final Predicate<SpoolId> isReferred;
    private final List<ExecutorService> threads = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger deleting = new AtomicInteger();
    private volatile long usableBytes;
    private volatile long lookedNs;
    private volatile boolean closed;

    /// @param diskHardMarkBytes below this much free space nothing is begun; below four times as much, no new jobs
    /// @param isReferred whether a job refers to a file, by what is committed; throws while that cannot be known
    public FileSpool(Path root, long diskHardMarkBytes, Predicate<SpoolId> isReferred) {
        this.folder = new SpoolFolder(root);
        this.diskHardMarkBytes = diskHardMarkBytes;
        this.isReferred = isReferred;
        for (int thread = 0; thread < SpoolFolder.THREADS; thread++) {
            String name = "spool-writer-" + thread;
            threads.add(Executors.newSingleThreadExecutor(
                    work -> Thread.ofPlatform().name(name).daemon().unstarted(work)));
        }
        look();
    }

    @Override
    public Outcome<SpoolWriter> begin(boolean mayUseReserve) {
        if (System.nanoTime() - lookedNs > LOOK_EVERY_NS) {
            look();
        }
        if (usableBytes < (mayUseReserve ? diskHardMarkBytes : SOFT_MARKS * diskHardMarkBytes)) {
            return Outcome.refused(new StoreRefusal.DiskFull());
        }
        if (open.incrementAndGet() > OPEN_MAX) {
            open.decrementAndGet();
            return Outcome.refused(new StoreRefusal.Busy("spool"));
        }
        SpoolId id = new SpoolId(folder.run(), next.getAndIncrement());
        return Outcome.done(new SpoolFile(folder, id, thread(id), open::decrementAndGet));
    }

    private ExecutorService thread(SpoolId id) {
        return threads.get(Math.floorMod(id.number(), SpoolFolder.THREADS));
    }

    private void look() {
        lookedNs = System.nanoTime();
        try {
            usableBytes = Files.getFileStore(folder.root()).getUsableSpace();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the free space of the spool is not known", e);
        }
    }

    @Override
    public void discard(Content content) {
        if (content instanceof Content.Spooled file) {
            later(file.file(), () -> {
                if (!isReferred.test(file.file())) {
                    deleteNow(folder.path(file.file()));
                }
            });
        }
    }

    /// Deletes a file to which no job refers. Never waits.
    public void delete(SpoolId file) {
        later(file, () -> deleteNow(folder.path(file)));
    }

    /// What is too much at once is left to the next run.
    private void later(SpoolId file, Runnable work) {
        if (deleting.incrementAndGet() > DELETING_MAX) {
            deleting.decrementAndGet();
            return;
        }
        try {
            thread(file).execute(() -> {
                deleting.decrementAndGet();
                try {
                    work.run();
                } catch (StorageException e) {
                    LOG.log(System.Logger.Level.DEBUG, "a file of the spool is left to the next run: " + file, e);
                }
            });
        } catch (RejectedExecutionException over) {
            deleting.decrementAndGet();
        }
    }

    private static void deleteNow(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a file of the spool is left behind: " + file, e);
        }
    }

    /// The checksums of a file a job refers to.
    public SpoolTable table(SpoolId file, long bytes, int crc) throws IOException {
        return SpoolTable.read(folder.path(file), bytes, crc);
    }

    /// Deletes what earlier runs left behind, in the background.
    public void sweep() {
        Thread.ofPlatform().name("spool-sweep").daemon().start(new OrphanSweep(folder, isReferred, () -> closed));
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(ExecutorService::shutdown);
        try {
            for (ExecutorService thread : threads) {
                if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                    LOG.log(System.Logger.Level.WARNING, "the spool is still being written");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
