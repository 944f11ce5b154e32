package io.forebay.perf.bench;

import io.forebay.offload.Caller;
import io.forebay.offload.JobId;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.Submission;
import io.forebay.offload.Timing;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How long a batch of durable 1 KiB submits takes, from the first offer to the last synced reply. The disk decides the
/// figure for a batch of one.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class StoreCommitBench {
    private static final String QUEUE = "default/bench";
    /// In the working folder, for the system's temporary one may be memory.
    private static final Path SCRATCH = Path.of(".forebay", "perf");

    @Param({"1", "16", "256"})
    public int inFlight;

    private final SplittableRandom random = new SplittableRandom(7);
    private final byte[] head = new byte[180];
    private final byte[] body = new byte[1024];
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // set by open()
    private OffloadStore store;

    @Setup(Level.Trial)
    public void open() throws IOException, InterruptedException {
        folder = Files.createTempDirectory(Files.createDirectories(SCRATCH), "store-bench");
        store = OffloadStore.open(
                new RocksFolder(folder, RocksSettings.DEFAULT),
                StoreSettings.DEFAULT,
                TimeSource.system(),
                StoreListener.NONE,
                StoreObserver.NONE);
        QueueSettings defaults = QueueSettings.DEFAULT;
        QueueSettings deep = new QueueSettings(
                defaults.concurrency(),
                defaults.attemptTimeoutMs(),
                defaults.retry(),
                defaults.tenants(),
                new QueueSettings.Limits(
                        100_000_000,
                        1L << 40,
                        defaults.limits().bodyBytesMax(),
                        defaults.limits().resultBytesMax()),
                defaults.retention());
        CountDownLatch done = new CountDownLatch(1);
        store.jobs().configure(Map.of(QUEUE, deep), 1, outcome -> done.countDown());
        done.await();
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(StoreCommitBench::delete);
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Benchmark
    public void batch() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(inFlight);
        for (int i = 0; i < inFlight; i++) {
            store.jobs().submit(submission(), outcome -> {
                if (outcome instanceof Outcome.Refused<?>(var refusal)) {
                    throw new IllegalStateException("refused: " + refusal);
                }
                done.countDown();
            });
        }
        done.await();
    }

    private Submission submission() {
        return new Submission(
                JobId.of(System.currentTimeMillis(), 0, random.nextLong()),
                QUEUE,
                new Caller("tenant", "principal", "idp"),
                new RouteIdentity("default", "bench", "submit"),
                head,
                body,
                Timing.NOW,
                null,
                "00000000000000000000000000000001");
    }
}
