package io.forebay.gateway.trace;

import io.forebay.gateway.otlp.OtlpPost;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// The thread `trace-exporter`: posts what is in the queue as OTLP/HTTP, in batches, every second or when a batch is
/// full. What the receiver does not take ([OtlpPost]) is lost and counted. Meanwhile the queue fills, and drops.
final class TraceExporter implements AutoCloseable {
    static final int BATCH_SPANS_MAX = 512;
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_MS = 2_000;
    private static final Logger LOG = System.getLogger(TraceExporter.class.getName());

    private final OtlpPost post;
    private final SpanQueue queue;
    private final LongAdder exported = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Thread thread;
    private volatile boolean isClosing;

    /// Starts the thread.
    TraceExporter(URI target, SpanQueue queue) {
        this.post = new OtlpPost(target, "spans");
        this.queue = queue;
        this.thread = Thread.ofPlatform().name("trace-exporter").daemon().start(this::run);
    }

    /// A batch is waiting. Any thread.
    void wake() {
        LockSupport.unpark(thread);
    }

    /// Spans that the receiver has taken.
    long exported() {
        return exported.sum();
    }

    /// Spans that it has not.
    long failed() {
        return failed.sum();
    }

    private void run() {
        while (!isClosing) {
            if (queue.size() < BATCH_SPANS_MAX) {
                LockSupport.parkNanos(INTERVAL_NS);
            }
            exportAll();
        }
        exportAll();
    }

    private void exportAll() {
        List<Span> batch = queue.take(BATCH_SPANS_MAX);
        while (!batch.isEmpty()) {
            try {
                (post.send(OtlpJson.write(batch)) ? exported : failed).add(batch.size());
            } catch (RuntimeException e) {
                // An exception that leaves here ends the thread, and with it traces for good.
                failed.add(batch.size());
                LOG.log(Level.ERROR, "spans could not be written", e);
            }
            batch = queue.take(BATCH_SPANS_MAX);
        }
    }

    /// Exports what is left, for two seconds at most.
    @Override
    public void close() {
        isClosing = true;
        post.noMoreRepeats();
        wake();
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
