package io.forebay.main.operator;

import io.forebay.admin.QueueAdmin;
import io.forebay.admin.Reply;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.QueueStats;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The queues of the store.
public final class QueuePort implements QueueAdmin {
    private final JobStore store;
    private final JobReader reader;

    public QueuePort(JobStore store, JobReader reader) {
        this.store = store;
        this.reader = reader;
    }

    @Override
    public Reply<List<Queue>> queues() {
        return Reply.done(
                reader.queues().values().stream().map(QueuePort::queue).toList());
    }

    @Override
    public Reply<Queue> queue(String name) {
        QueueStats stats = reader.queues().get(name);
        return stats == null ? Reply.missing() : Reply.done(queue(stats));
    }

    @Override
    public Reply<Queue> pause(String name) {
        return StoreReplies.<Long, Queue>ask(completion -> store.pause(name, completion), _ -> after(name, true));
    }

    @Override
    public Reply<Queue> resume(String name) {
        return StoreReplies.<Long, Queue>ask(completion -> store.resume(name, completion), _ -> after(name, false));
    }

    /// The figures may be 100 ms old, the pause is not.
    private Reply<Queue> after(String name, boolean isPaused) {
        QueueStats stats = reader.queues().get(name);
        return stats == null ? Reply.missing() : Reply.done(queue(stats, isPaused));
    }

    private static Queue queue(QueueStats stats) {
        return queue(stats, stats.paused());
    }

    private static Queue queue(QueueStats stats, boolean isPaused) {
        QueueStats.Totals totals = stats.totals();
        return new Queue(
                stats.queue(),
                isPaused,
                stats.orphaned(),
                stats.settings().concurrency(),
                stats.settings().limits().depthMax(),
                stats.scheduled(),
                stats.queued(),
                stats.running(),
                stats.deadLetters(),
                stats.waitingBytes(),
                instant(stats.oldestReadyMs()),
                instant(stats.gatedUntilMs()),
                new Totals(
                        totals.submitted(),
                        totals.leased(),
                        totals.retried(),
                        totals.succeeded(),
                        totals.failed(),
                        totals.canceled(),
                        totals.expired()));
    }

    static @Nullable Instant instant(long epochMs) {
        return epochMs == 0 ? null : Instant.ofEpochMilli(epochMs);
    }
}
