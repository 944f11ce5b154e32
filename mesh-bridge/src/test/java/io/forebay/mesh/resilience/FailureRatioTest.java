package io.forebay.mesh.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A breaker that opens by the share of calls that fail.
class FailureRatioTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int NEVER_IN_A_ROW = 1_000_000;
    private static final BreakerSettings HALF = settings(50);

    private final CircuitBreaker breaker = new CircuitBreaker(HALF, 0);
    private long nowNs;

    private static BreakerSettings settings(int percent) {
        return new BreakerSettings(
                NEVER_IN_A_ROW, 30 * SECOND_NS, 300 * SECOND_NS, 10 * SECOND_NS, 0, percent, SECOND_NS);
    }

    private void calls(int successes, int failures) {
        for (int i = 0; i < successes; i++) {
            breaker.onSuccess(breaker.tryAcquire(nowNs), nowNs);
        }
        for (int i = 0; i < failures; i++) {
            breaker.onFailure(breaker.tryAcquire(nowNs), nowNs, 0, null);
        }
    }

    @Test
    void halfOfTheCallsThatFailOpenIt() {
        calls(30, 29);
        assertThat(breaker.phase()).isEqualTo(CircuitBreaker.Phase.CLOSED);
        calls(0, 1);
        assertThat(breaker.phase()).isEqualTo(CircuitBreaker.Phase.OPEN);
    }

    @Test
    void fewCallsSayNothing() {
        calls(0, FailureRatio.CALLS_MIN - 1);
        assertThat(breaker.phase()).isEqualTo(CircuitBreaker.Phase.CLOSED);
        calls(0, 1);
        assertThat(breaker.phase()).isEqualTo(CircuitBreaker.Phase.OPEN);
    }

    @Test
    void windowBeforeDoesNotCount() {
        calls(0, FailureRatio.CALLS_MIN - 1);
        nowNs += 10 * SECOND_NS;
        calls(0, 1);
        assertThat(breaker.phase()).isEqualTo(CircuitBreaker.Phase.CLOSED);
    }

    @Test
    void breakerThatHasClosedBeginsAnew() {
        calls(0, FailureRatio.CALLS_MIN);
        nowNs += 31 * SECOND_NS;
        long probe = breaker.tryAcquire(nowNs);
        assertThat(CircuitBreaker.isProbe(probe)).isTrue();
        breaker.onSuccess(probe, nowNs);
        calls(0, 1);
        assertThat(breaker.phase()).isEqualTo(CircuitBreaker.Phase.CLOSED);
    }

    @Test
    void policyMayComeAndGo() {
        breaker.adjust(settings(0), nowNs);
        calls(0, 10 * FailureRatio.CALLS_MIN);
        assertThat(breaker.phase()).isEqualTo(CircuitBreaker.Phase.CLOSED);
        breaker.adjust(settings(100), nowNs);
        calls(1, 10 * FailureRatio.CALLS_MIN);
        assertThat(breaker.phase()).isEqualTo(CircuitBreaker.Phase.CLOSED);
        nowNs += 10 * SECOND_NS;
        calls(0, FailureRatio.CALLS_MIN);
        assertThat(breaker.phase()).isEqualTo(CircuitBreaker.Phase.OPEN);
    }
}
