package io.forebay.main.operator;

import io.forebay.admin.QueueAdmin;
import io.forebay.admin.Reply;
import io.forebay.gateway.worker.LateQueues;
import io.forebay.offload.JobCount;
import io.forebay.offload.JobFilter;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueStats;
import io.forebay.offload.RouteIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The queues of the store.
public final class QueuePort implements QueueAdmin {
    private final JobStore store;
    private final JobReader reader;
    private final LateQueues late;

    public QueuePort(JobStore store, JobReader reader, LateQueues late) {
        this.store = store;
        this.reader = reader;
        this.late = late;
    }

    @Override
    public Reply<List<Queue>> queues() {
        return Reply.done(reader.queues().values().stream().map(this::queue).toList());
    }

    @Override
    public Reply<Queue> queue(String name) {
        QueueStats stats = reader.queues().get(name);
        return stats == null ? Reply.missing() : Reply.done(queue(stats));
    }

    @Override
    public Reply<Queue> pause(String name, Side side, String reason, @Nullable Instant until) {
        long untilMs = until == null ? 0 : until.toEpochMilli();
        Pause pause = new Pause(reason, Instant.now(), until);
        return StoreReplies.<Long, Queue>ask(
                completion -> store.pause(name, of(side), reason, untilMs, completion), _ -> after(name, side, pause));
    }

    @Override
    public Reply<Queue> resume(String name, Side side) {
        return StoreReplies.<Long, Queue>ask(
                completion -> store.resume(name, of(side), completion), _ -> after(name, side, null));
    }

    @Override
    public Reply<Long> operate(String name, Operation operation) {
        return StoreReplies.<Long, Long>ask(completion -> store.operate(name, of(operation), completion), Reply::done);
    }

    @Override
    public Reply<Count> count(String name, Operation operation) {
        return StoreReplies.<JobCount, Count>ask(
                completion -> reader.count(name, of(operation), completion),
                count -> Reply.done(new Count(count.matched(), count.looked(), count.isAll())));
    }

    @Override
    public Reply<Long> stopOperation(String name) {
        return StoreReplies.<Long, Long>ask(completion -> store.stopOperation(name, completion), Reply::done);
    }

    private static io.forebay.offload.Pause.Side of(Side side) {
        return switch (side) {
            case DISPATCH -> io.forebay.offload.Pause.Side.DISPATCH;
            case INTAKE -> io.forebay.offload.Pause.Side.INTAKE;
        };
    }

    private static QueueOperation of(Operation operation) {
        Filter filter = operation.filter();
        String[] route = filter.route() == null ? null : filter.route().split("/", 3);
        return new QueueOperation(
                switch (operation.action()) {
                    case REDRIVE -> QueueOperation.Action.REDRIVE;
                    case PURGE -> QueueOperation.Action.PURGE;
                    case CANCEL -> QueueOperation.Action.CANCEL;
                    case MOVE -> QueueOperation.Action.MOVE;
                },
                new JobFilter(
                        filter.reason(),
                        filter.tenant(),
                        route == null ? null : new RouteIdentity(route[0], route[1], route[2]),
                        filter.changedFrom() == null ? 0 : filter.changedFrom().toEpochMilli(),
                        filter.changedTo() == null
                                ? Long.MAX_VALUE
                                : filter.changedTo().toEpochMilli()),
                operation.perSecond(),
                operation.to());
    }

    /// The figures may be 100 ms old, the pause is not.
    private Reply<Queue> after(String name, Side side, @Nullable Pause pause) {
        QueueStats stats = reader.queues().get(name);
        if (stats == null) {
            return Reply.missing();
        }
        boolean isDispatch = side == Side.DISPATCH;
        return Reply.done(queue(
                stats,
                isDispatch ? pause : pause(stats.dispatchPause()),
                isDispatch ? pause(stats.intakePause()) : pause));
    }

    private Queue queue(QueueStats stats) {
        return queue(stats, pause(stats.dispatchPause()), pause(stats.intakePause()));
    }

    /// One that has ended by itself is none.
    private static @Nullable Pause pause(io.forebay.offload.@Nullable Pause pause) {
        return pause == null || !pause.holds(System.currentTimeMillis())
                ? null
                : new Pause(pause.reason(), Instant.ofEpochMilli(pause.sinceMs()), instant(pause.untilMs()));
    }

    private Queue queue(QueueStats stats, @Nullable Pause dispatchPause, @Nullable Pause intakePause) {
        QueueStats.Totals totals = stats.totals();
        return new Queue(
                stats.queue(),
                dispatchPause,
                intakePause,
                stats.orphaned(),
                stats.settings().concurrency(),
                stats.settings().limits().depthMax(),
                stats.scheduled(),
                stats.queued(),
                stats.running(),
                stats.deadLetters(),
                stats.waitingBytes(),
                instant(stats.oldestReadyMs()),
                maxWait(stats.queue()),
                instant(stats.gatedUntilMs()),
                progress(stats.operation()),
                new Totals(
                        totals.submitted(),
                        totals.leased(),
                        totals.retried(),
                        totals.succeeded(),
                        totals.failed(),
                        totals.canceled(),
                        totals.expired()));
    }

    private @Nullable Duration maxWait(String queue) {
        long promisedMs = late.promisedMs(queue);
        return promisedMs == Long.MAX_VALUE ? null : Duration.ofMillis(promisedMs);
    }

    private static @Nullable Progress progress(QueueOperation.@Nullable Progress progress) {
        return progress == null
                ? null
                : new Progress(
                        Action.valueOf(progress.operation().action().name()),
                        Instant.ofEpochMilli(progress.startedMs()),
                        progress.operation().perSecond(),
                        progress.looked(),
                        progress.done());
    }

    static @Nullable Instant instant(long epochMs) {
        return epochMs == 0 ? null : Instant.ofEpochMilli(epochMs);
    }
}
