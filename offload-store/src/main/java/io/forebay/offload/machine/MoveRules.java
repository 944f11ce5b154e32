package io.forebay.offload.machine;

import io.forebay.offload.JobState;
import org.jspecify.annotations.Nullable;

/// How a job that waits comes into another queue: under its id, with its bytes, its keys and its deadline, behind the
/// jobs that are there. Of an ordering key only the head goes, and those behind it follow, so that their order stays;
/// behind one that runs they stay where they are.
final class MoveRules {
    private MoveRules() {}

    /// The queue that jobs are moved to, if it takes any.
    static @Nullable QueueState target(JobIndex index, Sweep sweep) {
        String name = sweep.operation().to();
        QueueState to = name == null ? null : index.queue(name);
        return to == null || to.entry().orphaned() ? null : to;
    }

    static boolean isMovable(StoredJob job, QueueState to) {
        return job.origin().queueId() != to.id()
                && (job.state() == JobState.QUEUED || job.state() == JobState.SCHEDULED)
                && !job.isInLine();
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
