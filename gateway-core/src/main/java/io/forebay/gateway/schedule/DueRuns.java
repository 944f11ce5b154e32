package io.forebay.gateway.schedule;

import io.forebay.policy.schedule.SchedulePolicy;
import io.forebay.policy.schedule.SchedulePolicy.MadeUp;
import java.util.ArrayList;
import java.util.List;

/// Which runs of one schedule are due. Times are wall-clock milliseconds; a run is named by the time it was set for.
/// Owned by `job-scheduler`.
final class DueRuns {
    /// A run that is no later than this was not missed.
    static final long ON_TIME_MS = 60_000;

    /// As many are made up at once; of more, the latest.
    static final int MADE_UP_MAX = 100;

    private final SchedulePolicy schedule;
    private long afterMs;
    private long nextMs;
    private long leftOut;

    /// @param sinceMs runs set for this or before are none of this schedule's
    DueRuns(SchedulePolicy schedule, long sinceMs) {
        this.schedule = schedule;
        this.afterMs = sinceMs;
        this.nextMs = schedule.isSuspended() ? Long.MAX_VALUE : schedule.nextMs(sinceMs);
    }

    /// When the next one is due, `Long.MAX_VALUE` for never.
    long nextMs() {
        return nextMs;
    }

    /// The last one that was due, or the beginning.
    long afterMs() {
        return afterMs;
    }

    /// Runs that were missed and are not made up, so far.
    long leftOut() {
        return leftOut;
    }

    /// How late a run may be submitted.
    long latenessMs() {
        SchedulePolicy.MissedRuns missed = schedule.missedRuns();
        return missed.madeUp() == MadeUp.NONE ? ON_TIME_MS : Math.max(ON_TIME_MS, missed.withinMs());
    }

    /// The runs to submit now, in order; each is returned once.
    List<Long> take(long nowMs) {
        List<Long> due = new ArrayList<>();
        long earliestMs = nowMs - latenessMs();
        if (nextMs <= nowMs && nextMs < earliestMs) {
            // Not even those that are due are counted one by one: there may be very many.
            leftOut++;
            afterMs = earliestMs - 1;
            nextMs = schedule.nextMs(afterMs);
        }
        while (nextMs <= nowMs) {
            due.add(nextMs);
            afterMs = nextMs;
            nextMs = schedule.nextMs(afterMs);
        }
        return madeUp(due);
    }

    /// How many runs may wait.
    int madeUpMax() {
        return schedule.missedRuns().madeUp() == MadeUp.LAST ? 1 : MADE_UP_MAX;
    }

    private List<Long> madeUp(List<Long> due) {
        int keptMax = madeUpMax();
        int from = Math.max(0, due.size() - keptMax);
        leftOut += from;
        return due.subList(from, due.size());
    }
}
