package io.forebay.gateway.proxy;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Where bodies of requests are kept for another try that are too long for memory: files without a name, so that
/// nothing is left of them when the process ends. At most [#BYTES_MAX] bytes in [#FILES_MAX] files at a time; beyond
/// either a body is not kept. One for the process; its files are written and read on the thread `replay-spool`.
public final class ReplaySpool implements AutoCloseable {
    /// Of all files together.
    static final long BYTES_MAX = 1L << 30;

    static final int FILES_MAX = 1_024;

    /// With less than this free on the disk no file is begun.
    static final long FREE_BYTES_MIN = 256L << 20;

    private static final Logger LOG = System.getLogger(ReplaySpool.class.getName());
    private static final String SUFFIX = ".body";
    private static final long CLOSE_SECONDS = 5;

    private final Path folder;
    private final Executor disk;
    private final @Nullable ExecutorService own;
    private final long bytesMax;
    private final AtomicLong names = new AtomicLong(System.nanoTime());
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger files = new AtomicInteger();
    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

    /// What became of a body that was too long for memory.
    public enum Outcome {
        /// It was kept until the call was answered or over.
        KEPT("kept"),
        /// It was sent again, once for each time.
        REPLAYED("replayed"),
        /// It is longer than the policy wants to keep.
        TOO_LONG("too-long"),
        /// There was no room for it.
        FULL("full"),
        /// The disk did not keep up.
        SLOW("slow"),
        /// The disk has failed.
        FAILED("failed");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        /// The word in the meter's tag.
        public String text() {
            return text;
        }
    }

    private ReplaySpool(Path folder, Executor disk, @Nullable ExecutorService own, long bytesMax) {
        this.folder = folder;
        this.disk = disk;
        this.own = own;
        this.bytesMax = bytesMax;
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /// One in this folder, which is made, and swept of what a process left that was killed before a name was gone.
    public static ReplaySpool in(Path folder) {
        ExecutorService thread = Executors.newSingleThreadExecutor(
                work -> Thread.ofPlatform().name("replay-spool").daemon().unstarted(work));
        ReplaySpool spool = new ReplaySpool(folder, thread, thread, BYTES_MAX);
        thread.execute(spool::sweep);
        return spool;
    }

    /// The same with another disk.
    ///
    /// @param disk runs what reads and writes, in the order in which it comes
    /// @param bytesMax of all files together
    public static ReplaySpool in(Path folder, Executor disk, long bytesMax) {
        ReplaySpool spool = new ReplaySpool(folder, disk, null, bytesMax);
        disk.execute(spool::sweep);
        return spool;
    }

    private void sweep() {
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "bodies of requests cannot be kept in " + folder, e);
        }
    }

    /// A file for one body, or null if there is no room for it. Any thread.
    @Nullable
    ReplayFile begin() {
        if (files.incrementAndGet() > FILES_MAX) {
            files.decrementAndGet();
            return null;
        }
        return new ReplayFile(this, folder.resolve(names.incrementAndGet() + SUFFIX), disk);
    }

    /// Whether a file may grow by so much.
    boolean tryTake(int more) {
        if (bytes.addAndGet(more) > bytesMax) {
            bytes.addAndGet(-more);
            return false;
        }
        return true;
    }

    /// A file is gone.
    void gaveUp(long itsBytes) {
        bytes.addAndGet(-itsBytes);
        files.decrementAndGet();
    }

    void count(Outcome outcome) {
        adder(outcome).increment();
    }

    /// What the files take at the moment.
    public long bytes() {
        return bytes.get();
    }

    /// Binds `forebay.replay.bytes`, and `forebay.replay.bodies` by `outcome`.
    public void bind(MeterRegistry registry) {
        Gauge.builder("forebay.replay.bytes", this, ReplaySpool::bytes)
                .description("What bodies that are kept for another try take on the disk")
                .register(registry);
        for (Outcome outcome : Outcome.values()) {
            FunctionCounter.builder("forebay.replay.bodies", adder(outcome), LongAdder::doubleValue)
                    .tag("outcome", outcome.text())
                    .description("Bodies too long for memory that were to be kept for another try")
                    .register(registry);
        }
    }

    private LongAdder adder(Outcome outcome) {
        LongAdder adder = counts.get(outcome);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + outcome);
        }
        return adder;
    }

    /// What is still to be read or written is done; nothing is taken any more. Blocks until then, at most for five
    /// seconds: a disk that hangs does not keep the process.
    @Override
    public void close() {
        if (own == null) {
            return;
        }
        own.shutdown();
        try {
            if (!own.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "the disk of " + folder + " does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
