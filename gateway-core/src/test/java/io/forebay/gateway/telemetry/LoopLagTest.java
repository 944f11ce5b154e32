package io.forebay.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopLagTest {
    private static final long START_NS = -12_345;
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LoopLag lag = new LoopLag(START_NS);

    /// Turn `number`, from 1, called so much later than due.
    private void turn(long number, long lateNs) {
        lag.onTurn(START_NS + number * LoopLag.PERIOD_NS + lateNs);
    }

    private double quantile(double quantile) {
        long total = IntStream.range(0, LatencyHistogram.BUCKETS)
                .mapToLong(lag.lags()::count)
                .sum();
        long seen = 0;
        for (int i = 0; i < LatencyHistogram.BUCKETS; i++) {
            seen += lag.lags().count(i);
            if (seen >= Math.ceil(total * quantile)) {
                return LatencyHistogram.upperUs(i) / 1e6;
            }
        }
        throw new AssertionError("nothing was recorded");
    }

    @Test
    void loopThatIsOnTimeHasNoLag() {
        for (int i = 1; i <= 100; i++) {
            turn(i, 0);
        }
        assertThat(lag.maxNs()).isZero();
        assertThat(quantile(0.999)).isLessThanOrEqualTo(1e-6);
    }

    @Test
    void turnsBeforeTheirTimeAreNotLate() {
        turn(1, -3 * MS);
        assertThat(lag.maxNs()).isZero();
    }

    @Test
    void stallCountsWithAllTurnsThatItHeldUp() {
        for (int i = 1; i <= 10; i++) {
            turn(i, 0);
        }
        // The loop stood still for a second: ten turns are made up for at its end.
        for (int i = 11; i <= 20; i++) {
            turn(i, (20L - i) * 100 * MS);
        }
        assertThat(lag.maxNs()).isEqualTo(900 * MS);
        assertThat(quantile(0.5)).isLessThanOrEqualTo(0.12);
        assertThat(quantile(0.9)).isBetween(0.7, 0.8);
    }

    @Test
    void greatestLagIsForgottenAfterTwoMinutes() {
        turn(1, 50 * MS);
        for (int i = 2; i < 601; i++) {
            turn(i, 0);
        }
        assertThat(lag.maxNs()).isEqualTo(50 * MS);
        for (int i = 601; i < 1_199; i++) {
            turn(i, 0);
        }
        assertThat(lag.maxNs()).isEqualTo(50 * MS);
        for (int i = 1_199; i < 1_205; i++) {
            turn(i, 0);
        }
        assertThat(lag.maxNs()).isZero();
    }
}
