package io.forebay.offload.machine;

import io.forebay.offload.JobId;
import io.forebay.offload.QueueOperation;
import java.util.List;

/// An operation under way: it has looked at every job of one list up to (`changedMs`, `job`), goes on with the next
/// list
/// of [#lists], and leaves alone what changed after its start. At most one a queue.
///
/// @param list index into [#lists]
/// @param nextAtMs when the next job may be looked at
public record Sweep(
        int queueId,
        QueueOperation operation,
        int list,
        long changedMs,
        JobId job,
        long startedMs,
        long nextAtMs,
        long looked,
        long done) {
    private static final List<StateClass> DEAD_LETTERS = List.of(StateClass.FAILED);
    private static final List<StateClass> WAITING = List.of(StateClass.SCHEDULED, StateClass.QUEUED);

    static Sweep begin(QueueState queue, QueueOperation operation, long nowMs) {
        return new Sweep(queue.id(), operation, 0, 0, JobId.FIRST, nowMs, nowMs, 0, 0).at(queue, 0);
    }

    /// The lists that it looks at, one after the other.
    public static List<StateClass> lists(QueueOperation.Action action) {
        return switch (action) {
            case REDRIVE, PURGE -> DEAD_LETTERS;
            case CANCEL -> WAITING;
        };
    }

    public StateClass stateClass() {
        return lists(operation.action()).get(list);
    }

    /// At the beginning of a list.
    private Sweep at(QueueState queue, int index) {
        StateClass first = lists(operation.action()).get(index);
        return new Sweep(
                queueId,
                operation,
                index,
                queue.counters().sinceMs(first),
                JobId.FIRST,
                startedMs,
                nextAtMs,
                looked,
                done);
    }

    boolean hasNextList() {
        return list + 1 < lists(operation.action()).size();
    }

    Sweep nextList(QueueState queue) {
        return at(queue, list + 1);
    }

    /// There is nothing up to here.
    Sweep lookedTo(long ms) {
        return new Sweep(queueId, operation, list, ms, JobId.LAST, startedMs, nextAtMs, looked, done);
    }

    Sweep passed(Durable.Listed entry, boolean wasDone, long nowMs) {
        long pauseMs = wasDone && operation.perSecond() > 0 ? 1_000 / operation.perSecond() : 0;
        return new Sweep(
                queueId,
                operation,
                list,
                entry.changedMs(),
                entry.job(),
                startedMs,
                nowMs + pauseMs,
                looked + 1,
                done + (wasDone ? 1 : 0));
    }

    QueueOperation.Progress progress() {
        return new QueueOperation.Progress(operation, startedMs, looked, done);
    }
}
