package io.forebay.offload.storage;

import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Sits between the store and real storage: holds commits back, fails them before or after they were written,
/// stalls them, or refuses to open.
public final class CommitSeam implements StorageOpener {
    private final StorageOpener real;
    private final Semaphore passes = new Semaphore(0);
    private final Semaphore arrivals = new Semaphore(0);
    private volatile boolean holding;
    private final AtomicInteger passesBeforeFault = new AtomicInteger();
    private volatile @Nullable Fault next;
    private final AtomicInteger stallsLeft = new AtomicInteger();
    private final AtomicInteger openFailuresLeft = new AtomicInteger();
    private final AtomicBoolean nextReadFails = new AtomicBoolean();
    private final AtomicBoolean nextScanIsTooLong = new AtomicBoolean();
    private volatile boolean opensWithError;
    private volatile boolean isFull;
    private volatile long usableBytes = -1;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger roomMade = new AtomicInteger();
    private final AtomicLong scannedKeys = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();

    /// How a commit goes wrong.
    public enum Fault {
        /// Nothing reached the disk.
        LOST,
        /// All of it did, and nobody was told.
        WRITTEN_BUT_FAILED,
        NO_SPACE,
        /// The program is at fault.
        ERROR
    }

    public CommitSeam(StorageOpener real) {
        this.real = real;
    }

    @Override
    public @Nullable Path spoolFolder() {
        return real.spoolFolder();
    }

    public void hold() {
        holding = true;
    }

    /// Returns once a commit waits at the seam.
    public void awaitHeld() {
        try {
            if (!arrivals.tryAcquire(20, TimeUnit.SECONDS)) {
                throw new AssertionError("no commit came to the seam");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted at the seam", e);
        }
    }

    public void release() {
        holding = false;
        arrivals.drainPermits();
        passes.release();
    }

    public void failNext(Fault fault) {
        failAfter(0, fault);
    }

    /// Lets `commits` pass first.
    public void failAfter(int commits, Fault fault) {
        passesBeforeFault.set(commits);
        next = fault;
    }

    public void stallNext(int times) {
        stallsLeft.set(times);
    }

    public void failOpens(int times) {
        openFailuresLeft.set(times);
    }

    /// Nothing opens for want of space until room is made.
    public void fullUntilRoomIsMade() {
        isFull = true;
    }

    /// Opening is a fault of the program from now on.
    public void openWithError() {
        opensWithError = true;
    }

    public void failNextReadWithError() {
        nextReadFails.set(true);
    }

    public void nextScanIsTooLong() {
        nextScanIsTooLong.set(true);
    }

    public void usableBytes(long bytes) {
        usableBytes = bytes;
    }

    public int opened() {
        return opened.get();
    }

    public int roomMade() {
        return roomMade.get();
    }

    /// Keys visited by scans plus point reads since the last open.
    public long work() {
        return scannedKeys.get() + reads.get();
    }

    @Override
    public Storage open() {
        if (openFailuresLeft.getAndUpdate(CommitSeam::less) > 0) {
            throw new StorageException("planted: does not open");
        }
        if (isFull) {
            throw new NoSpaceException("planted", new IllegalStateException());
        }
        opened.incrementAndGet();
        if (opensWithError) {
            throw new LinkageError("planted error");
        }
        scannedKeys.set(0);
        reads.set(0);
        return new Seamed(real.open());
    }

    @Override
    public void makeRoom() {
        roomMade.incrementAndGet();
        isFull = false;
        real.makeRoom();
    }

    @Override
    public void close() {
        real.close();
    }

    private static int less(int left) {
        return Math.max(0, left - 1);
    }

    private final class Seamed implements Storage {
        private final Storage storage;

        Seamed(Storage storage) {
            this.storage = storage;
        }

        @Override
        public void commit(Batch batch) throws CommitFailure {
            if (stallsLeft.getAndUpdate(CommitSeam::less) > 0) {
                throw new CommitFailure(CommitFailure.Kind.STALLED, "planted stall");
            }
            if (holding) {
                arrivals.release();
                passes.acquireUninterruptibly();
            }
            Fault fault = passesBeforeFault.getAndUpdate(CommitSeam::less) > 0 ? null : next;
            next = fault == null ? next : null;
            if (fault == Fault.LOST) {
                throw new CommitFailure(CommitFailure.Kind.LOST, "planted loss");
            }
            if (fault == Fault.NO_SPACE) {
                throw new CommitFailure(CommitFailure.Kind.NO_SPACE, "planted full disk");
            }
            if (fault == Fault.ERROR) {
                throw new LinkageError("planted error");
            }
            storage.commit(batch);
            if (fault == Fault.WRITTEN_BUT_FAILED) {
                throw new CommitFailure(CommitFailure.Kind.LOST, "planted failure after the write");
            }
        }

        @Override
        public byte @Nullable [] read(Family family, byte[] key) {
            reads.incrementAndGet();
            if (nextReadFails.getAndSet(false)) {
                throw new LinkageError("planted error");
            }
            return storage.read(family, key);
        }

        @Override
        public void scan(Family family, byte[] from, byte[] to, Visitor visitor) {
            if (nextScanIsTooLong.getAndSet(false)) {
                throw new ScanTooLongException(family, new IllegalStateException("planted"));
            }
            storage.scan(family, from, to, (key, value) -> {
                scannedKeys.incrementAndGet();
                return visitor.visit(key, value);
            });
        }

        @Override
        public View view() {
            return storage.view();
        }

        @Override
        public Batch batch() {
            return storage.batch();
        }

        @Override
        public void checkpoint(Path folder) {
            storage.checkpoint(folder);
        }

        @Override
        public long usableBytes() {
            return usableBytes >= 0 ? usableBytes : storage.usableBytes();
        }

        @Override
        public void close() {
            storage.close();
        }
    }
}
