package io.forebay.mesh.balance;

import java.util.concurrent.TimeUnit;

/// How long one loop's requests to one backend have lately waited for their answers to begin, as a histogram: eight
/// buckets to each power of two, so that a percentile is at most an eighth too long. What was seen counts half after
/// [#HALF_LIFE_NS], a quarter after twice that, so that it follows the backend.
///
/// Times are kept in units of 1,024 ns, up to about 68 s; longer ones count as that. Owned by that loop; allocates
/// nothing.
public final class FirstByteTimes {
    /// Nothing can be said yet.
    public static final long UNKNOWN = -1;

    /// With fewer than this nothing is said: the 95th percentile of a few is chance.
    public static final int SAMPLES_MIN = 100;

    static final long HALF_LIFE_NS = TimeUnit.SECONDS.toNanos(30);

    /// How old a percentile may be that is given once more.
    static final long KEPT_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /// What one sample counts while it is new: it can be halved ten times.
    private static final long WEIGHT = 1L << 10;

    private static final int UNIT_SHIFT = 10;
    private static final int STEP_SHIFT = 3;
    private static final int STEPS = 1 << STEP_SHIFT;
    /// The exponent of the longest time, in units.
    private static final int EXPONENT_MAX = 25;

    private static final int BUCKETS = (EXPONENT_MAX - STEP_SHIFT + 2) * STEPS;

    private final long[] weights = new long[BUCKETS];
    private long total;
    private long halvedNs;
    private long computedNs;
    private long computed;
    private int computedPercentile;

    /// A request's answer began `tookNs` after the request was sent.
    void observe(long tookNs, long nowNs) {
        fade(nowNs);
        weights[bucket(tookNs)] += WEIGHT;
        total += WEIGHT;
    }

    /// What so many percent of the times were not longer than, in nanoseconds; [#UNKNOWN] with too few of them.
    ///
    /// @param percentile 1 to 99
    long percentileNs(int percentile, long nowNs) {
        fade(nowNs);
        if (total < SAMPLES_MIN * WEIGHT) {
            return UNKNOWN;
        }
        if (computedPercentile == percentile && nowNs - computedNs < KEPT_NS) {
            return computed;
        }
        computed = upperNs(bucketOf(percentile));
        computedNs = nowNs;
        computedPercentile = percentile;
        return computed;
    }

    private int bucketOf(int percentile) {
        long rest = total / 100 * percentile;
        int bucket = 0;
        while (bucket < BUCKETS - 1 && weights[bucket] < rest) {
            rest -= weights[bucket++];
        }
        return bucket;
    }

    private void fade(long nowNs) {
        if (total == 0) {
            halvedNs = nowNs;
            return;
        }
        int halvings = (int) Math.min(Long.SIZE - 1, Math.max(0, nowNs - halvedNs) / HALF_LIFE_NS);
        if (halvings == 0) {
            return;
        }
        halvedNs += halvings * HALF_LIFE_NS;
        total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            weights[i] >>= halvings;
            total += weights[i];
        }
    }

    /// The first sixteen buckets are one unit wide, of the later ones eight have the width of those eight before twice.
    static int bucket(long tookNs) {
        long units = Math.clamp(tookNs >> UNIT_SHIFT, 0, (2L << EXPONENT_MAX) - 1);
        if (units < STEPS) {
            return (int) units;
        }
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(units);
        int step = (int) (units >> (exponent - STEP_SHIFT)) - STEPS;
        return (exponent - STEP_SHIFT + 1) * STEPS + step;
    }

    /// Where the bucket ends, in nanoseconds.
    static long upperNs(int bucket) {
        if (bucket < STEPS) {
            return (bucket + 1L) << UNIT_SHIFT;
        }
        int shift = bucket / STEPS - 1;
        return (STEPS + bucket % STEPS + 1L) << shift << UNIT_SHIFT;
    }
}
