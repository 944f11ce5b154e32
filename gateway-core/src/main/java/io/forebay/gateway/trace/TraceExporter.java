package io.forebay.gateway.trace;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// The thread `trace-exporter`: posts what is in the queue as OTLP/HTTP, in batches, every second or when a batch is
/// full. A receiver that is away or busy (429, 502, 503, 504) is asked again after one second and after two; what it
/// does not take then is lost and counted. Meanwhile the queue fills, and drops.
final class TraceExporter implements AutoCloseable {
    static final int BATCH_SPANS_MAX = 512;
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration POST_TIMEOUT = Duration.ofSeconds(5);
    private static final int POSTS_MAX = 3;
    private static final long CLOSE_MS = 2_000;
    private static final Logger LOG = System.getLogger(TraceExporter.class.getName());

    private final URI target;
    private final SpanQueue queue;
    private final LongAdder exported = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private final Thread thread;
    private volatile boolean isClosing;
    private boolean isReceiverAway;

    /// Starts the thread.
    TraceExporter(URI target, SpanQueue queue) {
        this.target = target;
        this.queue = queue;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(POST_TIMEOUT)
                .executor(executor)
                .build();
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
                export(batch);
            } catch (RuntimeException e) {
                // An exception that leaves here ends the thread, and with it traces for good.
                failed.add(batch.size());
                LOG.log(Level.ERROR, "spans could not be written", e);
            }
            batch = queue.take(BATCH_SPANS_MAX);
        }
    }

    private void export(List<Span> batch) {
        HttpRequest request = HttpRequest.newBuilder(target)
                .timeout(POST_TIMEOUT)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(OtlpJson.write(batch)))
                .build();
        for (int post = 1; post <= POSTS_MAX; post++) {
            int status = post(request);
            if (status / 100 == 2) {
                exported.add(batch.size());
                receiverIsBack();
                return;
            }
            boolean mayPass = status == 0 || status == 429 || (status >= 502 && status <= 504);
            if (!mayPass || isClosing) {
                break;
            }
            pause(post * INTERVAL_NS);
        }
        failed.add(batch.size());
    }

    /// @return the status of the answer, or 0 where there was none
    private int post(HttpRequest request) {
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status / 100 != 2) {
                receiverIsAway("it answers " + status);
            }
            return status;
        } catch (IOException e) {
            receiverIsAway(String.valueOf(e));
            return 0;
        } catch (InterruptedException e) {
            isClosing = true;
            return 0;
        }
    }

    private void pause(long ns) {
        long endNs = System.nanoTime() + ns;
        while (!isClosing && System.nanoTime() < endNs) {
            LockSupport.parkNanos(this, endNs - System.nanoTime());
        }
    }

    /// Said once, and once again when it is over.
    private void receiverIsAway(String why) {
        if (!isReceiverAway) {
            isReceiverAway = true;
            LOG.log(Level.WARNING, "spans are not taken by {0}: {1}", target, why);
        }
    }

    private void receiverIsBack() {
        if (isReceiverAway) {
            isReceiverAway = false;
            LOG.log(Level.INFO, "spans are taken again by {0}", target);
        }
    }

    /// Exports what is left, for two seconds at most.
    @Override
    public void close() {
        isClosing = true;
        wake();
        try {
            thread.join(CLOSE_MS);
            if (thread.isAlive()) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.shutdownNow();
        executor.shutdownNow();
    }
}
