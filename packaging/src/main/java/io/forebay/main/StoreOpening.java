package io.forebay.main;

import io.forebay.main.store.DataFolder;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.intake.AwaitedStore;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.StorageInUseException;
import io.forebay.policy.reload.PublishGate.PublishRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The job store from the start to the end of the process: open at once, or, where another process has it that
/// this one takes over from, as soon as that has let go.
final class StoreOpening implements AutoCloseable {
    private static final Logger LOG = System.getLogger(StoreOpening.class.getName());
    private static final long ENDED_NS = TimeUnit.SECONDS.toNanos(15);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Path data;
    private final StoreListener listener;
    private final StoreObserver observer;
    private final @Nullable Predecessor predecessor;
    private final @Nullable SuccessorLock successor;
    private final AwaitedStore awaited = new AwaitedStore();
    private @Nullable OffloadStore store;
    private boolean isClosed;

    private StoreOpening(Path data, StoreListener listener, StoreObserver observer, @Nullable SuccessorLock successor) {
        this.data = data;
        this.listener = listener;
        this.observer = observer;
        this.predecessor = successor == null ? null : Predecessor.of(data);
        this.successor = successor;
    }

    /// Opens the store, or, where another process has it and `takesOver`, leaves that for later.
    static StoreOpening begin(Path data, boolean takesOver, StoreListener listener, StoreObserver observer)
            throws StartFailure {
        StoreOpening now = new StoreOpening(data, listener, observer, null);
        DataFolder.requireNoHalfRestored(data);
        try {
            Files.createDirectories(data);
            now.store = now.open();
            return now;
        } catch (IOException | UncheckedIOException e) {
            throw new StartFailure(ExitCode.USAGE, "data folder " + data + " cannot be used: " + e.getMessage());
        } catch (StorageInUseException e) {
            if (!takesOver) {
                throw new StartFailure(
                        ExitCode.STORE, e.getMessage() + "; with --take-over this process would take over from it");
            }
            return new StoreOpening(data, listener, observer, successor(data));
        } catch (StorageException e) {
            throw new StartFailure(ExitCode.STORE, String.valueOf(e.getMessage()));
        }
    }

    private static SuccessorLock successor(Path data) throws StartFailure {
        try {
            SuccessorLock lock = SuccessorLock.tryTake(data);
            if (lock == null) {
                throw new StartFailure(
                        ExitCode.STORE, "another process is taking over from the one that has the data folder already");
            }
            return lock;
        } catch (IOException e) {
            throw new StartFailure(ExitCode.USAGE, "data folder " + data + " cannot be used: " + e.getMessage());
        }
    }

    private OffloadStore open() {
        return OffloadStore.open(
                new RocksFolder(DataFolder.store(data), RocksSettings.DEFAULT),
                StoreSettings.DEFAULT,
                TimeSource.system(),
                listener,
                observer);
    }

    synchronized StoreParts parts() {
        return store == null ? StoreParts.of(awaited) : StoreParts.of(store);
    }

    /// The store, or null while another process has it.
    synchronized @Nullable OffloadStore openStore() {
        return store;
    }

    /// The socket of the process that has the store, or null if this one has.
    @Nullable
    Path predecessor() {
        return predecessor == null ? null : predecessor.socket();
    }

    /// Asks the process that has the store, if it is another, to leave. One that does not answer may just have ended:
    /// then its store can be had, and is.
    void askPredecessorToLeave(PolicyFollower follower) throws StartFailure {
        if (predecessor == null) {
            return;
        }
        try {
            predecessor.askToLeave();
        } catch (IOException e) {
            openAfterItsEnd(follower, e);
        }
    }

    private void openAfterItsEnd(PolicyFollower follower, IOException silence) throws StartFailure {
        long endNs = System.nanoTime() + ENDED_NS;
        try {
            while (!tryOpen(follower)) {
                if (System.nanoTime() > endNs) {
                    throw new StartFailure(
                            ExitCode.STORE,
                            "the process that has the data folder does not answer: " + silence.getMessage());
                }
                LockSupport.parkNanos(RETRY_NS);
            }
        } catch (StorageException e) {
            throw new StartFailure(ExitCode.STORE, String.valueOf(e.getMessage()));
        }
    }

    /// Tells who configures the store of one that is open.
    synchronized void tell(PolicyFollower follower) throws StartFailure {
        if (store != null) {
            try {
                follower.storeOpened(store.jobs(), store.reader().health().generation());
            } catch (PublishRefusedException e) {
                throw new StartFailure(ExitCode.STORE, String.valueOf(e.getMessage()));
            }
        }
    }

    /// Runs `then` once the store is open: at once, or on a thread of its own.
    ///
    /// @param onEnd told the exit code if the store cannot be opened
    synchronized void whenOpen(PolicyFollower follower, Runnable then, IntConsumer onEnd) {
        if (store != null) {
            then.run();
        } else {
            Thread.ofPlatform().name("take-over").start(() -> takeOver(follower, then, onEnd));
        }
    }

    private void takeOver(PolicyFollower follower, Runnable then, IntConsumer onEnd) {
        try {
            while (!tryOpen(follower)) {
                if (isGivenUp()) {
                    return;
                }
                LockSupport.parkNanos(RETRY_NS);
            }
        } catch (StartFailure | RuntimeException e) {
            // Without its store the process would refuse jobs for ever: whoever watches it starts another.
            LOG.log(Level.ERROR, "the store of the process that has left cannot be opened", e);
            onEnd.accept(ExitCode.STORE);
            return;
        }
        LOG.log(Level.INFO, "the store was taken over");
        then.run();
    }

    private synchronized boolean isGivenUp() {
        return isClosed;
    }

    /// Whether the store is open now, and knows its queues.
    private synchronized boolean tryOpen(PolicyFollower follower) throws StartFailure {
        if (isClosed) {
            return false;
        }
        try {
            store = open();
        } catch (StorageInUseException e) {
            return false;
        }
        tell(follower);
        awaited.opened(store);
        letGo();
        return true;
    }

    private void letGo() {
        try {
            if (successor != null) {
                successor.close();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the lock of the successor is let go when this process ends", e);
        }
    }

    /// Closes the store, or gives up waiting for it.
    @Override
    public void close() {
        OffloadStore closing;
        synchronized (this) {
            isClosed = true;
            closing = store;
            letGo();
        }
        if (closing != null) {
            closing.close();
        }
    }
}
