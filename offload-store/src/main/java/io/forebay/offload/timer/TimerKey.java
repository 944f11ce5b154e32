package io.forebay.offload.timer;

import io.forebay.offload.JobId;

/// One pending timer; keys fire in this order.
public record TimerKey(long fireAtMs, TimerKind kind, JobId job) implements Comparable<TimerKey> {
    private static final TimerKind[] KINDS = TimerKind.values();

    /// The last key that may fire at this millisecond.
    public static TimerKey endOf(long fireAtMs) {
        return new TimerKey(fireAtMs, KINDS[KINDS.length - 1], new JobId(-1, -1));
    }

    @Override
    public int compareTo(TimerKey other) {
        int byTime = Long.compare(fireAtMs, other.fireAtMs);
        if (byTime != 0) {
            return byTime;
        }
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : job.compareTo(other.job);
    }
}
