package io.forebay.offload.intake;

import io.forebay.offload.Caller;
import io.forebay.offload.JobId;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Measures durable submits of 1 KiB on this machine, at 1, 16 and 256 in flight, beside the disk's fdatasync rate.
/// Arguments: the folder to use, seconds per measurement. Not a test; run by hand.
final class SubmitRate {
    private SubmitRate() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(args[0]), "submit-rate");
        long runNs = Long.parseLong(args[1]) * 1_000_000_000L;
        System.out.printf(Locale.ROOT, "fdatasync, growing file: %,d/s%n", fdatasyncs(folder.resolve("probe"), runNs));
        for (int inFlight : new int[] {1, 16, 256}) {
            measure(folder.resolve("at-" + inFlight), inFlight, runNs);
        }
    }

    private static void measure(Path folder, int inFlight, long runNs) throws Exception {
        QueueSettings.Limits limits = new QueueSettings.Limits(100_000_000, 1L << 40, 1 << 20, 1 << 20);
        QueueSettings defaults = QueueSettings.DEFAULT;
        QueueSettings settings = new QueueSettings(
                defaults.concurrency(),
                defaults.attemptTimeoutMs(),
                defaults.retry(),
                defaults.tenants(),
                limits,
                defaults.retention());
        try (OffloadStore store = OffloadStore.open(
                new RocksFolder(folder, RocksSettings.DEFAULT),
                StoreSettings.DEFAULT,
                TimeSource.system(),
                StoreListener.NONE,
                StoreObserver.NONE)) {
            CountDownLatch configured = new CountDownLatch(1);
            store.jobs().configure(Map.of("q", settings), 1, outcome -> configured.countDown());
            configured.await();
            run(store, inFlight, runNs / 2);
            run(store, inFlight, runNs);
        }
    }

    private static void run(OffloadStore store, int inFlight, long runNs) throws InterruptedException {
        SecureRandom random = new SecureRandom();
        Semaphore places = new Semaphore(inFlight);
        AtomicLong accepted = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        long[] tookNs = new long[1 << 20];
        long startNs = System.nanoTime();
        long cpuNs = processCpuNs();
        int sent = 0;
        while (System.nanoTime() - startNs < runNs) {
            places.acquire();
            int slot = sent++ & (tookNs.length - 1);
            long sentNs = System.nanoTime();
            store.jobs().submit(submission(random.nextLong()), outcome -> {
                (outcome instanceof Outcome.Done<Submitted> ? accepted : refused).incrementAndGet();
                tookNs[slot] = System.nanoTime() - sentNs;
                places.release();
            });
        }
        places.acquire(inFlight);
        double seconds = (System.nanoTime() - startNs) / 1e9;
        long[] sorted = Arrays.copyOf(tookNs, Math.min(sent, tookNs.length));
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%d in flight: %,.0f submits/s, %d refused, p50 %.2f ms, p99 %.2f ms, cpu %.1f us each%n",
                inFlight,
                accepted.get() / seconds,
                refused.get(),
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length / 100 * 99] / 1e6,
                (processCpuNs() - cpuNs) / 1e3 / accepted.get());
    }

    private static Submission submission(long random) {
        return new Submission(
                JobId.of(System.currentTimeMillis(), 0, random),
                "q",
                new Caller("tenant", "spiffe://example/worker", "jwt"),
                new RouteIdentity("default", "reports", "slow"),
                new byte[180],
                new byte[1_024],
                Timing.NOW,
                null,
                "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    private static long fdatasyncs(Path probe, long runNs) throws IOException {
        try (FileChannel file = FileChannel.open(probe, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(1_300);
            long startNs = System.nanoTime();
            long count = 0;
            while (System.nanoTime() - startNs < runNs) {
                file.write(block.clear());
                file.force(false);
                count++;
            }
            return count * 1_000_000_000L / (System.nanoTime() - startNs);
        }
    }

    private static long processCpuNs() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }
}
