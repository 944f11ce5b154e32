package io.forebay.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatencyCollectorTest {
    private static final double FIRST_BOUND = 64e-6;

    private final LatencyHistogram one = new LatencyHistogram();
    private final LatencyHistogram other = new LatencyHistogram();

    private HistogramDataPointSnapshot shown() {
        return new LatencyCollector("times_seconds", "Times", () -> List.of(one, other))
                .collect()
                .getDataPoints()
                .getFirst();
    }

    /// How many are in the bucket that ends there.
    private long count(double bound) {
        ClassicHistogramBuckets buckets = shown().getClassicBuckets();
        for (int i = 0; i < buckets.size(); i++) {
            if (buckets.getUpperBound(i) == bound) {
                return buckets.getCount(i);
            }
        }
        throw new AssertionError("no bound " + bound);
    }

    private static void record(LatencyHistogram histogram, long us) {
        histogram.record(TimeUnit.MICROSECONDS.toNanos(us));
    }

    @Test
    void boundsAreThoseOfTheHistogramItself() {
        record(one, 63);
        record(one, 64);
        record(one, 127);
        record(one, 128);

        assertThat(count(FIRST_BOUND)).isEqualTo(1);
        assertThat(count(2 * FIRST_BOUND)).isEqualTo(2);
        assertThat(count(4 * FIRST_BOUND)).isEqualTo(1);
    }

    @Test
    void loopsAreSummed() {
        record(one, 1_000);
        record(other, 1_000);
        record(other, 3_000);

        assertThat(count(1.024e-3)).isEqualTo(2);
        assertThat(count(4.096e-3)).isEqualTo(1);
        assertThat(shown().getCount()).isEqualTo(3);
        assertThat(shown().getSum()).isEqualTo(5e-3);
    }

    @Test
    void nothingIsTooShortOrTooLong() {
        record(one, 0);
        record(one, TimeUnit.MINUTES.toMicros(2));
        record(one, TimeUnit.MINUTES.toMicros(3));
        record(one, TimeUnit.DAYS.toMicros(1));

        assertThat(count(FIRST_BOUND)).isEqualTo(1);
        assertThat(count(134.217728)).isEqualTo(1);
        assertThat(count(Double.POSITIVE_INFINITY)).isEqualTo(2);
    }
}
