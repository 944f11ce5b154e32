package io.forebay.mesh.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FirstByteTimesTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private final FirstByteTimes times = new FirstByteTimes();

    private void observe(int count, long tookNs, long nowNs) {
        for (int i = 0; i < count; i++) {
            times.observe(tookNs, nowNs);
        }
    }

    @Test
    void fewTimesSayNothing() {
        observe(FirstByteTimes.SAMPLES_MIN - 1, MS, 0);
        assertThat(times.percentileNs(95, 0)).isEqualTo(FirstByteTimes.UNKNOWN);
        observe(1, MS, 0);
        assertThat(times.percentileNs(95, 0)).isBetween(MS, MS * 9 / 8);
    }

    @Test
    void aPercentileIsAtMostAnEighthTooLong() {
        SplittableRandom random = new SplittableRandom(7);
        long[] all = new long[10_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) Math.exp(random.nextDouble(Math.log(20_000), Math.log(50e9)));
            times.observe(all[i], 0);
        }
        Arrays.sort(all);
        for (int percentile = 1; percentile < 100; percentile++) {
            long exact = all[all.length / 100 * percentile - 1];
            assertThat(times.percentileNs(percentile, 0))
                    .as("percentile %s", percentile)
                    .isBetween(exact, exact + exact / 8 + 1_024);
        }
    }

    @Test
    void everyTimeIsInTheBucketThatEndsNextBehindIt() {
        for (long tookNs = 0; tookNs < 100_000_000_000L; tookNs += 1 + tookNs / 97) {
            int bucket = FirstByteTimes.bucket(tookNs);
            if (tookNs < 68_000_000_000L) {
                assertThat(FirstByteTimes.upperNs(bucket)).isGreaterThan(tookNs);
            }
            assertThat(bucket == 0 ? 0 : FirstByteTimes.upperNs(bucket - 1)).isLessThanOrEqualTo(tookNs);
        }
        assertThat(FirstByteTimes.bucket(Long.MAX_VALUE)).isEqualTo(FirstByteTimes.bucket(70_000_000_000L));
        assertThat(FirstByteTimes.bucket(-1)).isZero();
    }

    @Test
    void whatIsNewerCountsMore() {
        observe(1_000, 100 * MS, 0);
        assertThat(times.percentileNs(95, 0)).isGreaterThan(100 * MS);
        // Of the thousand, 16 are left to count: less than a twentieth.
        long laterNs = 6 * FirstByteTimes.HALF_LIFE_NS;
        observe(1_000, MS, laterNs);
        assertThat(times.percentileNs(95, laterNs)).isLessThan(2 * MS);
        assertThat(times.percentileNs(99, laterNs)).isGreaterThan(100 * MS);
    }

    @Test
    void whatNobodyRenewsIsForgotten() {
        observe(200, MS, 0);
        assertThat(times.percentileNs(95, FirstByteTimes.HALF_LIFE_NS)).isGreaterThan(MS);
        assertThat(times.percentileNs(95, 2 * FirstByteTimes.HALF_LIFE_NS)).isEqualTo(FirstByteTimes.UNKNOWN);
        assertThat(times.percentileNs(95, 1_000 * FirstByteTimes.HALF_LIFE_NS)).isEqualTo(FirstByteTimes.UNKNOWN);
    }

    @Test
    void aPercentileIsKeptForAMoment() {
        observe(100, MS, 0);
        long known = times.percentileNs(95, 0);
        observe(100, 50 * MS, 1);
        assertThat(times.percentileNs(95, FirstByteTimes.KEPT_NS - 1)).isEqualTo(known);
        assertThat(times.percentileNs(50, 2)).isLessThan(2 * MS);
        assertThat(times.percentileNs(95, FirstByteTimes.KEPT_NS)).isGreaterThan(50 * MS);
    }
}
