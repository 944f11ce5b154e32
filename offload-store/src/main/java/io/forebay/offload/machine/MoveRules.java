package io.forebay.offload.machine;

import io.forebay.offload.JobState;
import io.forebay.offload.QueueOperation;
import org.jspecify.annotations.Nullable;

/// How a job that waits comes into another queue: under its id, with its bytes, its keys and its deadline, behind the
/// jobs that are there. Of an ordering key only the head goes, and those behind it follow, so that their order stays:
/// from a queue that gives out nothing meanwhile. Behind one that runs they stay where they are.
final class MoveRules {
    private MoveRules() {}

    /// The queue that jobs are moved to, if it takes any.
    static @Nullable QueueState target(JobIndex index, Sweep sweep) {
        String name = sweep.operation().to();
        QueueState to = name == null ? null : index.queue(name);
        return to == null || to.entry().orphaned() ? null : to;
    }

    /// Of an ordering key none goes while its queue gives out jobs: the next one would begin there before it.
    static boolean isMovable(JobIndex index, StoredJob job, QueueState to, long nowMs) {
        boolean isStill = !index.queue(job.origin().queueId()).entry().isDispatching(nowMs);
        return job.origin().queueId() != to.id()
                && (isStill || job.origin().ordering() == null)
                && (job.state() == JobState.QUEUED || job.state() == JobState.SCHEDULED)
                && !job.isInLine();
    }

    /// Whether jobs come in from a queue that they would go to, or go on from there: they would never come to rest.
    static boolean isCycle(JobIndex index, QueueState from, QueueState to) {
        for (QueueState queue : index.queues()) {
            Sweep sweep = index.sweep(queue.id());
            if (sweep == null || sweep.operation().action() != QueueOperation.Action.MOVE) {
                continue;
            }
            if (queue.id() == to.id()
                    || from.entry().name().equals(sweep.operation().to())) {
                return true;
            }
        }
        return false;
    }

    static void move(Draft draft, StoredJob job, QueueState to) {
        draft.keys().leave(job);
        Origin origin = origin(draft, job.origin(), to);
        StoredJob there = new StoredJob(
                job.id(),
                origin,
                job.progress().at(Progress.OUTSIDE),
                job.alarms().onlyDeadline(),
                job.payload());
        LineKey line = origin.line();
        Line ahead = line == null ? null : draft.index.lines().line(line);
        if (ahead == null) {
            there = draft.admitted(there);
        } else {
            there = there.with(there.progress().waiting(JobState.QUEUED, "", 0, draft.nowMs));
        }
        draft.add(new LogRecord.JobMoved(there));
        if (line != null && ahead == null) {
            draft.add(new LogRecord.LineMoved(line, Draft.head(there)));
        }
        draft.leaveLine(job);
    }

    private static Origin origin(Draft draft, Origin from, QueueState to) {
        Ordering ordering = from.ordering();
        return new Origin(
                to.id(),
                to.entry().name(),
                from.tenantId(),
                from.caller(),
                from.route(),
                from.priority(),
                ordering == null ? null : new Ordering(ordering.key(), ordering.hash(), draft.place(to)),
                from.claim(),
                from.dedup(),
                from.createdMs(),
                from.notBeforeMs(),
                from.deadlineMs(),
                from.traceId(),
                from.redriveOf(),
                from.isRepeatable(),
                from.callback(),
                from.notice(),
                to.settings().tenants().areLimited(),
                from.limitHash());
    }
}
