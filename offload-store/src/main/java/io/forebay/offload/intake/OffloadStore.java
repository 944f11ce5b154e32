package io.forebay.offload.intake;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.RingBuffer;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.Spool;
import io.forebay.offload.SpoolId;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.spool.FileHold;
import io.forebay.offload.spool.FileSpool;
import io.forebay.offload.storage.CommitFailure;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.StorageOpener;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An open store: its [JobStore], its [JobReader], and the threads behind them. The opener belongs to it from
/// [#open] on, also when opening fails.
public final class OffloadStore implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OffloadStore.class.getName());

    private final StorageOpener opener;
    private final Published published = new Published();
    private final RingJobStore jobs;
    private final StoreReaders readers;
    private final StoreWriter writer;
    private final @Nullable FileSpool spool;
    private final BatchEventProcessor<CommandSlot> processor;
    private final Thread thread;
    private boolean closed;

    private OffloadStore(StoreOpening opening, StoreSettings settings, StoreListener listener) throws CommitFailure {
        this.opener = opening.opener();
        StoreObserver observer = opening.observer();
        IntakeBudget budget = new IntakeBudget(settings.intakeBytes());
        ParkingWaitStrategy parking = new ParkingWaitStrategy();
        RingBuffer<CommandSlot> ring = RingBuffer.createMultiProducer(CommandSlot::new, settings.ringSlots(), parking);
        Path spoolFolder = opener.spoolFolder();
        this.spool =
                spoolFolder == null ? null : new FileSpool(spoolFolder, settings.diskHardMarkBytes(), this::isReferred);
        this.readers = new StoreReaders(published, observer, StoreReaders.threads(), spool);
        OpenStore open;
        try {
            open = opening.open();
        } catch (RuntimeException | Error | CommitFailure e) {
            closeSpool();
            throw e;
        }
        this.writer = new StoreWriter(
                opening,
                open,
                settings.diskHardMarkBytes(),
                listener,
                published,
                readers,
                this::discard,
                parking,
                budget);
        this.jobs = new RingJobStore(ring, budget, published, observer);
        this.processor = new BatchEventProcessorBuilder()
                .setMaxBatchSize(StoreWriter.BATCH_COMMANDS_MAX)
                .build(ring, ring.newBarrier(), writer);
        processor.setExceptionHandler(new WriterFaults(writer));
        ring.addGatingSequences(processor.getSequence());
        this.thread = new Thread(this::write, "store-writer");
    }

    private void start() {
        thread.start();
        if (spool != null) {
            spool.sweep();
        }
    }

    private boolean isReferred(SpoolId file) {
        return readers.isReferred(file);
    }

    private void discard(SpoolId file) {
        if (spool != null) {
            spool.discard(file);
        }
    }

    private void closeSpool() {
        if (spool != null) {
            spool.close();
        }
    }

    private void write() {
        try {
            processor.run();
        } finally {
            writer.ended();
        }
    }

    /// Opens the store and starts its threads. Fails with [StorageException] whose message names the file: in use,
    /// damaged, of another format, or not writable. Jobs that a dispatcher of the last process held are released on
    /// return.
    public static OffloadStore open(
            StorageOpener opener,
            StoreSettings settings,
            TimeSource time,
            StoreListener listener,
            StoreObserver observer) {
        try {
            StoreOpening opening = new StoreOpening(opener, settings.cachedReadyMax(), time, observer, Machine.REAL);
            OffloadStore store = new OffloadStore(opening, settings, listener);
            store.start();
            return store;
        } catch (CommitFailure e) {
            opener.close();
            throw new StorageException("the store opens but cannot be written: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            opener.close();
            throw e;
        }
    }

    public JobStore jobs() {
        return jobs;
    }

    public JobReader reader() {
        return readers;
    }

    /// Where bodies go that are too large for memory.
    public Spool spool() {
        return spool == null ? Spool.NONE : spool;
    }

    /// Puts all that is committed into `folder`, a storage that nobody writes, while commits go on; what was
    /// acknowledged before the call is in it. Blocks as long as that takes: for a thread of one's own. Fails with
    /// [StorageException].
    public void checkpoint(Path folder) {
        published.reading(storage -> {
            storage.checkpoint(folder);
            return true;
        });
    }

    /// Keeps every file of the spool until the hold is closed, by the same thread.
    public FileHold holdFiles() {
        return spool == null ? FileHold.NOTHING : spool.holdFiles();
    }

    /// Commits what was published before, refuses what comes after, closes the storage and gives up the folder.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        jobs.stop();
        try {
            writer.awaitStopped();
            processor.halt();
            thread.join();
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.WARNING, "interrupted while closing the store", e);
            Thread.currentThread().interrupt();
        }
        readers.close();
        closeSpool();
        opener.close();
    }
}
