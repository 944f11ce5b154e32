package io.forebay.gateway.schedule;

import io.forebay.offload.JobId;
import io.forebay.policy.schedule.SchedulePolicy;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One schedule as the scheduler works it off: the runs that are due and not yet submitted, one at a time. Owned by
/// `job-scheduler`.
final class ScheduledWork {
    private static final long RETRY_MS = 1_000;
    private static final long NONE = Long.MIN_VALUE;

    /// Without the one under way.
    private final Deque<Long> waiting = new ArrayDeque<>();
    private SchedulePolicy schedule;
    private DueRuns runs;
    private @Nullable JobId lastJob;
    private boolean isCaughtUp;
    private boolean isUnderWay;
    private long refusedMs = NONE;
    private long notBeforeMs;

    ScheduledWork(SchedulePolicy schedule, long sinceMs) {
        this.schedule = schedule;
        this.runs = new DueRuns(schedule, sinceMs);
    }

    SchedulePolicy schedule() {
        return schedule;
    }

    /// The same schedule with other settings; what waits goes on waiting.
    ///
    /// @param sinceMs since when it has the times it has
    void follow(SchedulePolicy next, long sinceMs) {
        if (!next.equals(schedule)) {
            long afterMs = next.hasTimesOf(schedule) ? runs.afterMs() : sinceMs;
            schedule = next;
            runs = new DueRuns(next, afterMs);
        }
        if (next.isSuspended()) {
            waiting.clear();
        }
    }

    /// Whether it is known what was done before this process began.
    boolean isCaughtUp() {
        return isCaughtUp;
    }

    /// The latest run that has a job, of those before this process began; null if none has.
    void caughtUp(@Nullable JobId job) {
        isCaughtUp = true;
        if (job != null) {
            lastJob = job;
            runs = new DueRuns(schedule, Math.max(runs.afterMs(), job.createdMs()));
        }
    }

    /// Takes in the runs that are due.
    ///
    /// @return how many were missed and are not made up
    long collect(long nowMs) {
        if (runs.nextMs() > nowMs) {
            return 0;
        }
        long before = runs.leftOut();
        waiting.addAll(runs.take(nowMs));
        long dropped = 0;
        while (waiting.size() > runs.madeUpMax()) {
            waiting.removeFirst();
            dropped++;
        }
        return runs.leftOut() - before + dropped;
    }

    /// The run to submit now, which waits no more; or null.
    @Nullable
    Long begin(long nowMs) {
        if (isUnderWay || waiting.isEmpty() || nowMs < notBeforeMs) {
            return null;
        }
        isUnderWay = true;
        return waiting.removeFirst();
    }

    /// Whether it has become too late for the run.
    boolean isTooLate(long runMs, long nowMs) {
        return nowMs - runMs > runs.latenessMs();
    }

    /// The run is over: submitted, or left out.
    void done() {
        isUnderWay = false;
        refusedMs = NONE;
    }

    /// It could not be submitted, and waits to be tried again.
    ///
    /// @return whether this happens to it for the first time
    boolean again(long runMs, long nowMs) {
        boolean isFirst = refusedMs != runMs;
        refusedMs = runMs;
        isUnderWay = false;
        notBeforeMs = nowMs + RETRY_MS;
        if (!schedule.isSuspended()) {
            waiting.addFirst(runMs);
        }
        return isFirst;
    }

    @Nullable
    JobId lastJob() {
        return lastJob;
    }

    void lastJob(JobId job) {
        lastJob = job;
    }

    ScheduleStatus status() {
        return new ScheduleStatus(schedule, runs.nextMs(), waiting.size() + (isUnderWay ? 1 : 0), lastJob);
    }
}
