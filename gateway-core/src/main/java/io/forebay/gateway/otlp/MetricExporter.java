package io.forebay.gateway.otlp;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// The thread `metric-exporter`: looks at all meters once an interval, as a scrape does, and posts them as OTLP. Totals
/// count from the start of the process, so an export that is lost is made up for by the next; nothing is kept for
/// later.
public final class MetricExporter implements AutoCloseable {
    private static final long CLOSE_MS = 2_000;
    private static final Logger LOG = System.getLogger(MetricExporter.class.getName());

    private final MetricSettings settings;
    private final MetricJson json;
    private final Supplier<MetricSnapshots> meters;
    private final OtlpPost post;
    private final LongAdder exported = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Thread thread;
    private volatile boolean isClosing;

    private MetricExporter(MetricSettings settings, MetricJson json, Supplier<MetricSnapshots> meters) {
        this.settings = settings;
        this.json = json;
        this.meters = meters;
        this.post = new OtlpPost(OtlpEndpoint.target(settings.endpoint(), "metrics"), "meters");
        this.thread = Thread.ofPlatform().name("metric-exporter").daemon().unstarted(this::run);
    }

    /// Starts the thread.
    ///
    /// @param meters asked on it
    /// @param registry gets `forebay.metrics.exports`
    public static MetricExporter start(
            MetricSettings settings, MetricJson json, Supplier<MetricSnapshots> meters, MeterRegistry registry) {
        MetricExporter exporter = new MetricExporter(settings, json, meters);
        exporter.bind(registry, "exported", exporter.exported);
        exporter.bind(registry, "failed", exporter.failed);
        exporter.thread.start();
        return exporter;
    }

    private void bind(MeterRegistry registry, String outcome, LongAdder count) {
        FunctionCounter.builder("forebay.metrics.exports", count, LongAdder::sum)
                .tag("outcome", outcome)
                .description("Exports of all meters by OTLP: exported, or failed as the receiver did not take them")
                .register(registry);
    }

    private void run() {
        long nextNs = System.nanoTime() + settings.intervalNs();
        while (!isClosing) {
            long waitNs = nextNs - System.nanoTime();
            if (waitNs > 0) {
                LockSupport.parkNanos(this, waitNs);
            } else {
                export();
                // After a long stall there is one export, not all that were missed.
                nextNs = Math.max(nextNs + settings.intervalNs(), System.nanoTime());
            }
        }
        export();
    }

    private void export() {
        try {
            long nowNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
            (post.send(json.write(meters.get(), nowNs)) ? exported : failed).increment();
        } catch (RuntimeException e) {
            // An exception that leaves here ends the thread, and with it the exports for good.
            failed.increment();
            LOG.log(Level.ERROR, "meters could not be written", e);
        }
    }

    /// Exports once more, for two seconds at most.
    @Override
    public void close() {
        isClosing = true;
        post.noMoreRepeats();
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MS);
            if (thread.isAlive()) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        post.close();
    }
}
