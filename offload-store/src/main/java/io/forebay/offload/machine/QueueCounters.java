package io.forebay.offload.machine;

import io.forebay.offload.JobState;
import io.forebay.offload.QueueStats;
import org.jspecify.annotations.Nullable;

/// What a queue holds, counted; a fold over the changes of its jobs. Written with every commit that moves it, so
/// that a restart need not count. Owned by `store-writer`.
public final class QueueCounters {
    private final long[] held = new long[StateClass.CODES];
    private final long[] sinceMs = new long[StateClass.CODES];
    private long openBytes;
    private long nextSeq = 1;
    private long submitted;
    private long leased;
    private long retried;
    private long succeeded;
    private long failed;
    private long canceled;
    private long expired;

    public QueueCounters() {}

    /// The reverse of [#toArray].
    public static QueueCounters of(long[] values) {
        QueueCounters counters = new QueueCounters();
        System.arraycopy(values, 0, counters.held, 0, StateClass.CODES);
        System.arraycopy(values, StateClass.CODES, counters.sinceMs, 0, StateClass.CODES);
        int at = 2 * StateClass.CODES;
        counters.openBytes = values[at];
        counters.nextSeq = values[at + 1];
        counters.submitted = values[at + 2];
        counters.leased = values[at + 3];
        counters.retried = values[at + 4];
        counters.succeeded = values[at + 5];
        counters.failed = values[at + 6];
        counters.canceled = values[at + 7];
        counters.expired = values[at + 8];
        return counters;
    }

    public static int size() {
        return 2 * StateClass.CODES + 9;
    }

    /// Every count, in the order it is stored.
    public long[] toArray() {
        long[] values = new long[size()];
        System.arraycopy(held, 0, values, 0, StateClass.CODES);
        System.arraycopy(sinceMs, 0, values, StateClass.CODES, StateClass.CODES);
        long[] rest = {openBytes, nextSeq, submitted, leased, retried, succeeded, failed, canceled, expired};
        System.arraycopy(rest, 0, values, 2 * StateClass.CODES, rest.length);
        return values;
    }

    public long held(StateClass stateClass) {
        return held[stateClass.code()];
    }

    /// Jobs that are not terminal.
    public long depth() {
        return held(StateClass.SCHEDULED) + held(StateClass.QUEUED) + held(StateClass.RUNNING);
    }

    /// Request bytes of jobs that are not terminal.
    public long openBytes() {
        return openBytes;
    }

    /// The next place, in line or among the ready; places only grow.
    public long nextSeq() {
        return nextSeq;
    }

    /// No job of this list changed before this: where a search begins. Exact for running jobs; for the others, when
    /// the list was last empty.
    public long sinceMs(StateClass stateClass) {
        return sinceMs[stateClass.code()];
    }

    void runningSinceMs(long ms) {
        sinceMs[StateClass.RUNNING.code()] = ms;
    }

    public QueueStats.Totals totals() {
        return new QueueStats.Totals(submitted, leased, retried, succeeded, failed, canceled, expired);
    }

    void changed(@Nullable StoredJob before, @Nullable StoredJob after) {
        if (before != null) {
            left(before);
        }
        if (after != null) {
            arrived(after);
            countStep(before, after);
        }
    }

    /// The queue holds the job no more.
    void left(StoredJob job) {
        held[job.stateClass().code()]--;
        openBytes -= job.isTerminal() ? 0 : job.payload().requestBytes();
    }

    /// The queue holds it from now on.
    void arrived(StoredJob job) {
        join(job.stateClass().code(), job.progress().changedMs());
        openBytes += job.isTerminal() ? 0 : job.payload().requestBytes();
        usePlaces(job);
    }

    private void join(int list, long changedMs) {
        sinceMs[list] = held[list] == 0 ? changedMs : Math.min(sinceMs[list], changedMs);
        held[list]++;
    }

    private void usePlaces(StoredJob job) {
        Ordering ordering = job.origin().ordering();
        long inLine = ordering == null ? 0 : ordering.seq();
        long waits = Math.max(job.progress().readySeq(), job.progress().slot());
        nextSeq = Math.max(nextSeq, Math.max(inLine, waits) + 1);
    }

    private void countStep(@Nullable StoredJob before, StoredJob after) {
        if (before == null) {
            submitted++;
        } else if (before.state() == after.state()) {
            return;
        } else if (before.state() == JobState.RUNNING && !after.isTerminal()) {
            retried++;
        }
        switch (after.state()) {
            case SCHEDULED, QUEUED -> {}
            case RUNNING -> leased++;
            case SUCCEEDED -> succeeded++;
            case FAILED -> failed++;
            case CANCELED -> canceled++;
            case EXPIRED -> expired++;
        }
    }
}
