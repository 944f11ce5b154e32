package io.forebay.admin.insight;

import static java.util.Objects.requireNonNull;

import io.forebay.admin.Deadline;
import io.forebay.admin.QueueAdmin;
import io.forebay.admin.QueueAdmin.Queue;
import io.forebay.admin.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rates of each queue over the last minute. One virtual thread, `admin-sampler`, reads the totals every five
/// seconds; any thread may ask. At most [#QUEUES_MAX] queues are followed: those beyond have no rates.
public final class QueueRates implements AutoCloseable {
    static final int QUEUES_MAX = 10_000;

    private static final System.Logger LOG = System.getLogger(QueueRates.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final QueueAdmin queues;
    private final Deadline deadline;
    private final Map<String, RateWindow> windows = new HashMap<>();
    private @Nullable Thread sampler;

    public QueueRates(QueueAdmin queues, Deadline deadline) {
        this.queues = requireNonNull(queues, "queues");
        this.deadline = requireNonNull(deadline, "deadline");
    }

    public synchronized void start() {
        sampler = Thread.ofVirtual().name("admin-sampler").start(this::run);
    }

    @Override
    public synchronized void close() {
        if (sampler != null) {
            sampler.interrupt();
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                sampleOnce();
                Thread.sleep(PERIOD);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sampleOnce() {
        try {
            if (deadline.ask(queues::queues) instanceof Reply.Done<List<Queue>>(List<Queue> read)) {
                add(System.nanoTime(), read);
            }
        } catch (Deadline.PortFailure e) {
            LOG.log(System.Logger.Level.WARNING, "queue totals could not be read", e);
        }
    }

    /// Takes one sample of every queue; forgets queues that are gone.
    synchronized void add(long nowNs, List<Queue> read) {
        Map<String, RateWindow> before = Map.copyOf(windows);
        windows.clear();
        for (Queue queue : read) {
            if (windows.size() < QUEUES_MAX) {
                RateWindow window = before.getOrDefault(queue.name(), new RateWindow());
                window.add(nowNs, queue.totals());
                windows.put(queue.name(), window);
            }
        }
    }

    /// Null until the queue was seen twice.
    public synchronized @Nullable Rates of(String queue) {
        RateWindow window = windows.get(queue);
        return window == null ? null : window.rates();
    }
}
