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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// The spool in a folder. Files are written, synced and deleted on two threads, `spool-writer-0` and `-1`, each file on
/// one of them.
public final class FileSpool implements Spool, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FileSpool.class.getName());
    /// Files being written. A quarter is kept for results: their calls have been made.
    private static final int OPEN_MAX = 1_024;

    private static final int OPEN_FOR_REQUESTS_MAX = OPEN_MAX / 4 * 3;
    private static final int DELETING_MAX = 65_536;
    private static final int SOFT_MARKS = 4;
    private static final long LOOK_EVERY_NS = 1_000_000_000;
    private static final long ASK_AGAIN_MS = 500;

    private final SpoolFolder folder;
    private final long diskHardMarkBytes;
    private final Predicate<SpoolId> isReferred;
    private final List<ScheduledThreadPoolExecutor> threads = new ArrayList<>();
    private final Deletions deletions = new Deletions();
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger deleting = new AtomicInteger();
    private volatile long usableBytes;
    private volatile long lookedNs;
    private volatile boolean closed;

    /// @param diskHardMarkBytes below this much free space nothing is written; below four times as much, no new jobs
    /// @param isReferred whether a job refers to a file, by what is committed; a [StorageException] while that
    /// cannot be known
    public FileSpool(Path root, long diskHardMarkBytes, Predicate<SpoolId> isReferred) {
        this.folder = new SpoolFolder(root);
        this.diskHardMarkBytes = diskHardMarkBytes;
        this.isReferred = isReferred;
        for (int thread = 0; thread < SpoolLayout.THREADS; thread++) {
            String name = "spool-writer-" + thread;
            ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                    1, work -> Thread.ofPlatform().name(name).daemon().unstarted(work));
            executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            threads.add(executor);
        }
        look();
    }

    @Override
    public Outcome<SpoolWriter> begin(boolean mayUseReserve) {
        if (!hasRoom(mayUseReserve)) {
            return Outcome.refused(new StoreRefusal.DiskFull());
        }
        if (open.incrementAndGet() > (mayUseReserve ? OPEN_MAX : OPEN_FOR_REQUESTS_MAX)) {
            open.decrementAndGet();
            return Outcome.refused(new StoreRefusal.Busy("spool"));
        }
        SpoolId id = new SpoolId(folder.run(), next.getAndIncrement());
        return Outcome.done(new SpoolFile(folder, id, thread(id), () -> hasRoom(mayUseReserve), open::decrementAndGet));
    }

    private ScheduledThreadPoolExecutor thread(SpoolId id) {
        return threads.get(SpoolLayout.thread(id));
    }

    private boolean hasRoom(boolean mayUseReserve) {
        if (System.nanoTime() - lookedNs > LOOK_EVERY_NS) {
            look();
        }
        return usableBytes >= (mayUseReserve ? diskHardMarkBytes : SOFT_MARKS * diskHardMarkBytes);
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
            discard(file.file());
        }
    }

    /// Deletes a file unless a job refers to it, by what is committed; while that cannot be known, later. Never waits;
    /// what is too much at once is left to the next run.
    public void discard(SpoolId file) {
        if (deleting.incrementAndGet() > DELETING_MAX || !submit(file, 0)) {
            deleting.decrementAndGet();
        }
    }

    private boolean submit(SpoolId file, long afterMs) {
        try {
            thread(file).schedule(() -> discardNow(file), afterMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException over) {
            return false;
        }
    }

    private void discardNow(SpoolId file) {
        if (!deletions.begin()) {
            if (!submit(file, ASK_AGAIN_MS)) {
                deleting.decrementAndGet();
            }
            return;
        }
        try {
            if (!isReferred.test(file)) {
                Files.deleteIfExists(folder.path(file));
            }
        } catch (StorageException away) {
            if (submit(file, ASK_AGAIN_MS)) {
                return;
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a file of the spool is left behind: " + folder.path(file), e);
        } finally {
            deletions.end();
        }
        deleting.decrementAndGet();
    }

    /// Keeps every file that is there until the hold is closed, by the same thread; what is to be deleted
    /// meanwhile is deleted afterwards. Waits for deletions under way.
    public FileHold holdFiles() {
        return deletions.hold();
    }

    /// The checksums of a file a job refers to.
    public SpoolTable table(SpoolId file, long bytes, int crc) throws IOException {
        return SpoolTable.read(folder.path(file), bytes, crc);
    }

    /// Deletes what earlier runs left behind, in the background.
    public void sweep() {
        Thread.ofPlatform()
                .name("spool-sweep")
                .daemon()
                .start(new OrphanSweep(folder, isReferred, deletions, () -> closed));
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
