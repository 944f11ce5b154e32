package io.forebay.gateway.telemetry;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// A log-linear histogram of durations: eight steps for each power of two of microseconds, so that every figure is
/// known within 12.5 %. One writer, its loop; readers may run beside it and see figures of slightly different
/// moments.
final class LatencyHistogram {
    private static final int STEP_BITS = 3;
    private static final int STEPS = 1 << STEP_BITS;
    private static final int POWERS = 27;
    static final int BUCKETS = (POWERS + 1) * STEPS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final AtomicLong sumNs = new AtomicLong();

    void record(long durationNs) {
        int bucket = bucketOf(durationNs / 1000);
        counts.setOpaque(bucket, counts.getPlain(bucket) + 1);
        sumNs.setOpaque(sumNs.getPlain() + Math.max(0, durationNs));
    }

    /// All durations together.
    long sumNs() {
        return sumNs.getOpaque();
    }

    /// The count of a bucket, whose durations end at [#upperUs(int)].
    long count(int bucket) {
        return counts.getOpaque(bucket);
    }

    static int bucketOf(long us) {
        if (us < STEPS) {
            return (int) Math.max(0, us);
        }
        int power = 63 - Long.numberOfLeadingZeros(us);
        int step = (int) (us >>> (power - STEP_BITS)) & (STEPS - 1);
        return Math.min(BUCKETS - 1, (power - STEP_BITS + 1) * STEPS + step);
    }

    /// The first microsecond behind the bucket.
    static long upperUs(int bucket) {
        if (bucket < STEPS) {
            return bucket + 1L;
        }
        int power = bucket / STEPS - 1 + STEP_BITS;
        int step = bucket % STEPS;
        return (1L << power) + ((step + 1L) << (power - STEP_BITS));
    }
}
