package io.forebay.offload.machine;

import io.forebay.offload.JobId;
import io.forebay.offload.QueueOperation;
import java.util.List;

/// An operation under way: it has looked at every job of one list up to (`changedMs`, `job`) and goes on to `untilMs`,
/// then with the next list of [#lists]. At most one a queue.
///
/// Dead letters that change after the start are left alone. Waiting jobs move while they are canceled, or taken to
/// another queue: the next one of an ordering key becomes ready, a delay ends. So CANCEL and MOVE look at what moved
/// meanwhile, until a look did nothing, and
/// leaves alone what was submitted after its start.
///
/// @param list index into [#lists]
/// @param untilMs where the look at this list ends, inclusive
/// @param again another look must follow this one
/// @param nextAtMs when the next job may be looked at
public record Sweep(
        int queueId,
        QueueOperation operation,
        int list,
        long changedMs,
        JobId job,
        long untilMs,
        boolean again,
        long startedMs,
        long nextAtMs,
        long looked,
        long done) {
    private static final List<StateClass> DEAD_LETTERS = List.of(StateClass.FAILED);
    private static final List<StateClass> WAITING = List.of(StateClass.SCHEDULED, StateClass.QUEUED);

    static Sweep begin(QueueState queue, QueueOperation operation, long nowMs) {
        return new Sweep(queue.id(), operation, 0, 0, JobId.FIRST, nowMs, false, nowMs, nowMs, 0, 0)
                .at(queue, 0, nowMs);
    }

    /// The lists that it looks at, one after the other.
    public static List<StateClass> lists(QueueOperation.Action action) {
        return switch (action) {
            case REDRIVE, PURGE -> DEAD_LETTERS;
            case CANCEL, MOVE -> WAITING;
        };
    }

    public StateClass stateClass() {
        return lists(operation.action()).get(list);
    }

    /// At the beginning of a list.
    private Sweep at(QueueState queue, int index, long nowMs) {
        StateClass first = lists(operation.action()).get(index);
        return new Sweep(
                queueId,
                operation,
                index,
                queue.counters().sinceMs(first),
                JobId.FIRST,
                nowMs,
                isOfMoving(),
                startedMs,
                nextAtMs,
                looked,
                done);
    }

    boolean hasNextList() {
        return list + 1 < lists(operation.action()).size();
    }

    Sweep nextList(QueueState queue, long nowMs) {
        return at(queue, list + 1, nowMs);
    }

    /// On to what moved since this look began. It waits until every batch of the time it looks at is committed, and
    /// looks once more at the last millisecond before it, in which that was not so.
    Sweep nextLook(long nowMs) {
        return new Sweep(
                queueId,
                operation,
                list,
                untilMs - 1,
                JobId.LAST,
                nowMs + 1,
                false,
                startedMs,
                nowMs + 2,
                looked,
                done);
    }

    private boolean isOfMoving() {
        return lists(operation.action()).equals(WAITING);
    }

    /// Whether the job was there when it began.
    boolean isBefore(StoredJob job) {
        return !isOfMoving() || job.origin().createdMs() <= startedMs;
    }

    /// Nothing more can be done now.
    Sweep putOff(long untilNextMs) {
        return new Sweep(
                queueId, operation, list, changedMs, job, untilMs, again, startedMs, untilNextMs, looked, done);
    }

    /// There is nothing up to here.
    Sweep lookedTo(long ms) {
        return new Sweep(queueId, operation, list, ms, JobId.LAST, untilMs, again, startedMs, nextAtMs, looked, done);
    }

    Sweep passed(Durable.Listed entry, boolean wasDone, long nowMs) {
        long pauseMs = wasDone && operation.perSecond() > 0 ? Math.ceilDiv(1_000, operation.perSecond()) : 0;
        return new Sweep(
                queueId,
                operation,
                list,
                entry.changedMs(),
                entry.job(),
                untilMs,
                again || (wasDone && isOfMoving()),
                startedMs,
                nowMs + pauseMs,
                looked + 1,
                done + (wasDone ? 1 : 0));
    }

    QueueOperation.Progress progress() {
        return new QueueOperation.Progress(operation, startedMs, looked, done);
    }
}
