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

    private final Deque<Long> waiting = new ArrayDeque<>();
    private SchedulePolicy schedule;
    private DueRuns runs;
    private @Nullable JobId lastJob;
    private boolean isUnderWay;
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

    /// How many runs were missed and are not made up.
    ///
    /// @return of those since the last call
    long collect(long nowMs) {
        if (runs.nextMs() > nowMs) {
            return 0;
        }
        long leftOut = runs.leftOut();
        waiting.addAll(runs.take(nowMs));
        while (waiting.size() > DueRuns.MADE_UP_MAX) {
            waiting.removeFirst();
            leftOut--;
        }
        return runs.leftOut() - leftOut;
    }

    /// The run to submit now, or null.
    @Nullable
    Long begin(long nowMs) {
        if (isUnderWay || waiting.isEmpty() || nowMs < notBeforeMs) {
            return null;
        }
        isUnderWay = true;
        return waiting.getFirst();
    }

    /// Whether it has become too late for the run.
    boolean isTooLate(long runMs, long nowMs) {
        return nowMs - runMs > runs.latenessMs();
    }

    /// The run is over: submitted, or left out.
    void done() {
        isUnderWay = false;
        waiting.pollFirst();
    }

    /// It could not be submitted, and is tried again.
    void again(long nowMs) {
        isUnderWay = false;
        notBeforeMs = nowMs + RETRY_MS;
    }

    @Nullable
    JobId lastJob() {
        return lastJob;
    }

    void lastJob(JobId job) {
        lastJob = job;
    }

    ScheduleStatus status() {
        return new ScheduleStatus(schedule, runs.nextMs(), waiting.size(), lastJob);
    }
}
