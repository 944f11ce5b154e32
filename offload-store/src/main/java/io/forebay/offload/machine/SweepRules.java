package io.forebay.offload.machine;

import io.forebay.offload.JobState;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.timer.TimerKind;
import java.util.List;

/// Operations on many jobs: one job a step, each step a commit's part with the place it has reached, so that an
/// operation of any length survives a restart, and can be stopped.
public final class SweepRules {
    private static final long PUT_OFF_MS = 1_000;

    private SweepRules() {}

    /// The reply is the length of the lists that will be looked at.
    static Transition operate(JobIndex index, Command.Operate command, long nowMs) {
        QueueState queue = index.queue(command.queue());
        boolean isRedrive = command.operation().action() == QueueOperation.Action.REDRIVE;
        if (queue == null || (isRedrive && queue.entry().orphaned())) {
            return Transition.refused(new StoreRefusal.QueueMissing(command.queue()));
        }
        String to = command.operation().to();
        QueueState target = to == null ? null : index.queue(to);
        if (to != null && (target == null || target.entry().orphaned())) {
            return Transition.refused(new StoreRefusal.QueueMissing(to));
        }
        long length = 0;
        for (StateClass list : Sweep.lists(command.operation().action())) {
            length += queue.counters().held(list);
        }
        Sweep underWay = index.sweep(queue.id());
        if (underWay != null) {
            return underWay.operation().equals(command.operation())
                    ? Transition.done(List.of(), length)
                    : Transition.refused(new StoreRefusal.OperationUnderWay(command.queue()));
        }
        if (target != null && MoveRules.isCycle(index, queue, target)) {
            return Transition.refused(new StoreRefusal.OperationUnderWay(command.queue()));
        }
        return Transition.done(
                length == 0
                        ? List.of()
                        : List.of(new LogRecord.SweepSet(Sweep.begin(queue, command.operation(), nowMs))),
                length);
    }

    static Transition stop(JobIndex index, Command.StopOperation command) {
        QueueState queue = index.queue(command.queue());
        if (queue == null) {
            return Transition.refused(new StoreRefusal.QueueMissing(command.queue()));
        }
        Sweep underWay = index.sweep(queue.id());
        return underWay == null
                ? Transition.done(List.of(), 0L)
                : Transition.done(List.of(new LogRecord.SweepEnded(queue.id())), underWay.done());
    }

    /// Looks at one job and remembers having done so; after the last one the operation ends.
    static Transition goOn(JobIndex index, Command.ContinueSweep command, long nowMs) {
        Sweep sweep = index.sweep(command.queueId());
        if (sweep == null) {
            return Transition.NOTHING;
        }
        QueueOperation.Action action = sweep.operation().action();
        QueueState takes =
                action == QueueOperation.Action.MOVE ? MoveRules.target(index, sweep) : index.queue(sweep.queueId());
        if (takes == null) {
            return Transition.silent(List.of(new LogRecord.SweepEnded(sweep.queueId())));
        }
        long lookToMs = Math.min(command.lookToMs(), sweep.untilMs());
        List<Durable.Listed> next = index.durable()
                .listed(sweep.queueId(), sweep.stateClass(), sweep.changedMs(), sweep.job(), lookToMs, 1);
        if (next.isEmpty()) {
            return Transition.silent(List.of(endOfLook(index, sweep, lookToMs, nowMs)));
        }
        boolean isTaking = action == QueueOperation.Action.REDRIVE || action == QueueOperation.Action.MOVE;
        if (isTaking && (command.diskLow() || isFull(takes))) {
            return Transition.silent(List.of(new LogRecord.SweepSet(sweep.putOff(nowMs + PUT_OFF_MS))));
        }
        Durable.Listed entry = next.getFirst();
        Draft draft = new Draft(index, nowMs);
        boolean isDone = false;
        if (!command.skip()) {
            // The list is as of the last commit; the open batch may have changed or erased the job since.
            StoredJob job = index.job(entry.job());
            isDone = job != null
                    && job.stateClass() == sweep.stateClass()
                    && sweep.isBefore(job)
                    && act(draft, sweep, job, takes);
        }
        draft.add(new LogRecord.SweepSet(sweep.passed(entry, isDone, nowMs)));
        return draft.silent();
    }

    /// A redriven job takes room in the queue like any other, a moved one in the other queue.
    private static boolean isFull(QueueState queue) {
        return queue.counters().depth() >= queue.settings().limits().depthMax()
                || queue.counters().openBytes() >= queue.settings().limits().bytesMax();
    }

    private static LogRecord endOfLook(JobIndex index, Sweep sweep, long lookToMs, long nowMs) {
        if (lookToMs != sweep.untilMs()) {
            return new LogRecord.SweepSet(sweep.lookedTo(lookToMs));
        }
        if (sweep.hasNextList()) {
            return new LogRecord.SweepSet(sweep.nextList(index.queue(sweep.queueId()), nowMs));
        }
        return sweep.again()
                ? new LogRecord.SweepSet(sweep.nextLook(nowMs))
                : new LogRecord.SweepEnded(sweep.queueId());
    }

    /// Whether it was done to this job.
    ///
    /// @param takes the queue it will be in
    private static boolean act(Draft draft, Sweep sweep, StoredJob job, QueueState takes) {
        boolean isMove = sweep.operation().action() == QueueOperation.Action.MOVE;
        if (!concerns(sweep.operation(), job)
                || (isMove && !MoveRules.isMovable(draft.index, job, takes, draft.nowMs))) {
            return false;
        }
        switch (sweep.operation().action()) {
            case REDRIVE -> RedriveRules.redriven(draft, job);
            // The same as if its retention ended now; its key holds as long as it would have.
            case PURGE ->
                draft.changed(job.with(
                        job.progress(),
                        Alarms.NONE.with(TimerKind.EXPIRY, draft.index.wheel().admit(draft.nowMs))));
            case CANCEL -> AttemptRules.cutOff(draft, job, JobState.CANCELED, "canceled");
            case MOVE -> MoveRules.move(draft, job, takes);
        }
        return true;
    }

    /// Whether it is done to this job, which is in one of the lists that it looks at.
    public static boolean concerns(QueueOperation operation, StoredJob job) {
        boolean fits = operation
                .filter()
                .fits(
                        job.progress().reason(),
                        job.origin().caller().tenant(),
                        job.origin().route(),
                        job.progress().changedMs());
        return fits && (operation.action() != QueueOperation.Action.REDRIVE || RedriveRules.isRedrivable(job));
    }
}
