package io.forebay.perf.bench;

import io.forebay.offload.Answer;
import io.forebay.offload.Caller;
import io.forebay.offload.Completion;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.RequestBytes;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What becomes of the store's rates when millions of jobs have gone through it, and when millions wait in it.
/// Arguments: the folder to use, how many jobs, and `cycles` or `deep` for one half alone. `./forebay prove millions`
/// runs it, with the gateway's own JVM flags, and starts the gateway with what it leaves in `deep/`.
public final class MillionsOfJobs {
    private static final String QUEUE = "default/work";
    private static final int SLICES = 20;
    private static final int IN_FLIGHT = 256;
    private static final int LEASED_AT_ONCE = 64;
    /// So many that the compactions they cause are among what is measured.
    private static final int LEASES_MEASURED = 150_000;
    private static final int SHALLOW = 1_000;
    private static final long EMPTY_PAUSE_NS = 200_000;
    private static final long SETTLING_MS = 20_000;

    private static final int BODY_BYTES = 1_024;
    private static final byte[] NOISE = new byte[4 << 20];

    static {
        new Random(1).nextBytes(NOISE);
    }

    private final Random noise = new Random(2);
    private final Path folder;
    private final long jobs;
    private final SecureRandom random = new SecureRandom();
    private OffloadStore store;

    private MillionsOfJobs(Path folder, long jobs) {
        this.folder = folder;
        this.jobs = jobs;
        this.store = open();
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        long jobs = Long.parseLong(args[1]);
        String half = args.length > 2 ? args[2] : "";
        if (!half.equals("deep")) {
            cycles(folder, jobs);
        }
        if (half.equals("cycles")) {
            return;
        }
        MillionsOfJobs depth = new MillionsOfJobs(folder.resolve("deep/store"), jobs);
        depth.fill();
        depth.store.close();
    }

    private static void cycles(Path folder, long jobs) throws InterruptedException {
        MillionsOfJobs cycles = new MillionsOfJobs(folder.resolve("cycled/store"), jobs);
        cycles.cycle();
        cycles.store.close();
    }

    private OffloadStore open() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        OffloadStore opened = OffloadStore.open(
                new RocksFolder(folder, RocksSettings.DEFAULT),
                StoreSettings.DEFAULT,
                TimeSource.system(),
                StoreListener.NONE,
                StoreObserver.NONE);
        QueueSettings.Limits limits = new QueueSettings.Limits(100_000_000, 1L << 40, 1 << 20, 1 << 20);
        QueueSettings settings = new QueueSettings(
                1_000,
                600_000,
                QueueSettings.DEFAULT.retry(),
                QueueSettings.Tenants.ALIKE,
                limits,
                new QueueSettings.Retention(1_000, 1_000));
        long generation = opened.reader().health().generation() + 1;
        MillionsOfJobs.<Long>await(done -> opened.jobs().configure(Map.of(QUEUE, settings), generation, done));
        return opened;
    }

    private static <T> T await(Consumer<Completion<T>> call) {
        CompletableFuture<Outcome<T>> future = new CompletableFuture<>();
        call.accept(future::complete);
        try {
            Outcome<T> outcome = future.get();
            if (outcome instanceof Outcome.Done<T>(T value)) {
                return value;
            }
            throw new IllegalStateException("refused: " + outcome);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    // ---- jobs that go through

    private void cycle() throws InterruptedException {
        long perSlice = Math.max(1, jobs / SLICES);
        run(new Counted(perSlice));
        double[] rates = new double[SLICES];
        for (int slice = 1; slice <= SLICES; slice++) {
            long cpuNs = processCpuNs();
            double rate = run(new Counted(perSlice));
            rates[slice - 1] = rate;
            say(
                    "cycles to %,d: %,.0f a second, cpu %.1f us each, resident %d MiB",
                    perSlice * slice, rate, (processCpuNs() - cpuNs) / 1e3 / perSlice, residentMib());
        }
        // Compactions come seldom and take long: one slice with one in it says little.
        double first = meanRate(rates, 0, SLICES / 4);
        double last = meanRate(rates, SLICES - SLICES / 4, SLICES);
        say("after %,d cycles the rate over a quarter of them is %.2f of what it was", jobs, last / first);
        say("the slowest slice had %.2f", Arrays.stream(rates).min().orElse(0) / first);
    }

    /// Of slices of equal size.
    private static double meanRate(double[] rates, int from, int to) {
        return (to - from)
                / Arrays.stream(rates, from, to).map(rate -> 1 / rate).sum();
    }

    private static final class Counted {
        final long jobs;
        final AtomicLong submitted = new AtomicLong();
        final AtomicLong completed = new AtomicLong();
        final Semaphore places = new Semaphore(IN_FLIGHT);

        Counted(long jobs) {
            this.jobs = jobs;
        }
    }

    /// Submits, leases and completes that many jobs; how many a second.
    private double run(Counted counted) throws InterruptedException {
        long startNs = System.nanoTime();
        Thread leaser = Thread.ofPlatform().start(() -> leaseAll(counted));
        while (counted.submitted.get() < counted.jobs) {
            counted.places.acquire();
            counted.submitted.incrementAndGet();
            store.jobs().submit(submission(), MillionsOfJobs::mustBeDone);
        }
        leaser.join();
        return counted.jobs * 1e9 / (System.nanoTime() - startNs);
    }

    private void leaseAll(Counted counted) {
        while (counted.completed.get() < counted.jobs) {
            for (Lease lease : lease(LEASED_AT_ONCE)) {
                store.jobs().complete(lease.key(), new Answer(200, new byte[100], new byte[200]), outcome -> {
                    MillionsOfJobs.<Job>mustBeDone(outcome);
                    counted.completed.incrementAndGet();
                    counted.places.release();
                });
            }
        }
    }

    private static <T> void mustBeDone(Outcome<T> outcome) {
        if (!(outcome instanceof Outcome.Done<T>)) {
            System.err.println("refused: " + outcome);
            Runtime.getRuntime().halt(1);
        }
    }

    /// The jobs with their requests, as who works on them has them.
    private List<Lease> lease(int max) {
        LeaseRequest request = new LeaseRequest(QUEUE, LeaseKind.PUSH, max, 600_000, random.nextLong());
        List<Lease> leases = MillionsOfJobs.<LeaseBatch>await(
                        done -> store.jobs().lease(request, done))
                .leases();
        List<JobId> ids = leases.stream().map(lease -> lease.job().id()).toList();
        long read =
                MillionsOfJobs.<List<@Nullable RequestBytes>>await(
                                done -> store.reader().requests(ids, done))
                        .stream()
                        .filter(Objects::nonNull)
                        .count();
        if (read != leases.size()) {
            throw new IllegalStateException(read + " requests of " + leases.size() + " jobs");
        }
        return leases;
    }

    private Submission submission() {
        return new Submission(
                JobId.of(System.currentTimeMillis(), 0, random.nextLong()),
                QUEUE,
                new Caller("tenant", "spiffe://example/worker", "jwt"),
                new RouteIdentity("default", "work", "work"),
                new byte[180],
                body(),
                Timing.NOW,
                null,
                "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    /// Half of it is the same in every job, as a document's names are; the other half cannot be compressed.
    private byte[] body() {
        byte[] body = new byte[BODY_BYTES];
        System.arraycopy(NOISE, noise.nextInt(NOISE.length - BODY_BYTES), body, 0, BODY_BYTES / 2);
        return body;
    }

    // ---- jobs that wait

    private void fill() throws InterruptedException {
        submit(LEASES_MEASURED + SHALLOW);
        leaseCost("warm-up");
        submit(LEASES_MEASURED);
        leaseCost(String.format(Locale.ROOT, "%,d waiting", SHALLOW));
        long startNs = System.nanoTime();
        submit(jobs);
        say("%,d submitted at %,.0f a second", jobs, jobs * 1e9 / (System.nanoTime() - startNs));
        sayDisk("at once");
        // What came in by the million is still being put in order.
        Thread.sleep(SETTLING_MS);
        sayDisk("put in order");
        leaseCost(String.format(Locale.ROOT, "%,d waiting", jobs));
        say("resident %d MiB", residentMib());
        for (int round = 0; round < 3; round++) {
            store.close();
            long openNs = System.nanoTime();
            store = open();
            long openedNs = System.nanoTime();
            while (lease(1).isEmpty()) {
                Thread.onSpinWait();
            }
            say(
                    "opened in %.0f ms, first lease %.0f ms later",
                    (openedNs - openNs) / 1e6, (System.nanoTime() - openedNs) / 1e6);
        }
    }

    /// Of each job the body and what the store notes of it; half of the body can be compressed.
    private void sayDisk(String when) {
        say("on disk %s: %,d bytes a job with a body of %,d", when, diskBytes() / jobs, BODY_BYTES);
    }

    private long diskBytes() {
        AtomicLong bytes = new AtomicLong();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes.addAndGet(attributes.size());
                    return FileVisitResult.CONTINUE;
                }

                // The store has deleted it meanwhile.
                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.get();
    }

    private void submit(long count) throws InterruptedException {
        Semaphore places = new Semaphore(IN_FLIGHT);
        for (long i = 0; i < count; i++) {
            places.acquire();
            store.jobs().submit(submission(), outcome -> {
                MillionsOfJobs.<Submitted>mustBeDone(outcome);
                places.release();
            });
        }
        places.acquire(IN_FLIGHT);
    }

    /// Leases and completes, a batch at a time.
    private void leaseCost(String what) {
        long cpuNs = processCpuNs();
        List<Long> took = new ArrayList<>();
        int leased = 0;
        while (leased < LEASES_MEASURED) {
            long startNs = System.nanoTime();
            List<Lease> leases = lease(LEASED_AT_ONCE);
            if (leases.isEmpty()) {
                // A dispatcher waits to be told.
                LockSupport.parkNanos(EMPTY_PAUSE_NS);
                continue;
            }
            took.add(System.nanoTime() - startNs);
            leases.forEach(lease -> store.jobs()
                    .complete(lease.key(), new Answer(200, new byte[100], new byte[200]), MillionsOfJobs::mustBeDone));
            leased += leases.size();
        }
        long[] sorted = took.stream().mapToLong(Long::longValue).sorted().toArray();
        say(
                "%s: a lease of %d takes %.2f ms (p50), %.2f ms (p99); lease and completion %.1f us of CPU each",
                what,
                LEASED_AT_ONCE,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                (processCpuNs() - cpuNs) / 1e3 / leased);
    }

    private static long processCpuNs() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static long residentMib() {
        try {
            return Arrays.stream(Files.readString(Path.of("/proc/self/status")).split("\n"))
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
