package io.forebay.mesh.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forebay.mesh.resilience.CircuitBreaker.Phase;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CircuitBreakerTest {
    /// nanoTime may be anything, also negative.
    private static final long START_NS = -5_000_000_000L;

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long NO_JITTER = 0;

    private final CircuitBreaker breaker = new CircuitBreaker(BreakerSettings.DEFAULT, START_NS);

    private void fail(int times, long nowNs) {
        for (int i = 0; i < times; i++) {
            breaker.onFailure(breaker.tryAcquire(nowNs), nowNs, NO_JITTER, null);
        }
    }

    private long openedThenDue() {
        fail(5, START_NS);
        return START_NS + 11 * SECOND_NS;
    }

    @Test
    void theFifthFailureInARowOpensIt() {
        long permit = breaker.tryAcquire(START_NS);
        for (int i = 0; i < 4; i++) {
            assertThat(breaker.onFailure(permit, START_NS, NO_JITTER, null)).isFalse();
        }
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
        assertThat(breaker.onFailure(permit, START_NS, NO_JITTER, null)).isTrue();
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        assertThat(breaker.isReady(START_NS)).isFalse();
        assertThat(breaker.tryAcquire(START_NS)).isEqualTo(CircuitBreaker.REFUSED);
    }

    @Test
    void aSuccessBetweenFailuresStartsTheCountAgain() {
        fail(4, START_NS);
        breaker.onSuccess(breaker.tryAcquire(START_NS), START_NS);
        fail(4, START_NS);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
        fail(1, START_NS);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void itRefusesForTenSecondsAndThenLetsOneProbeThrough() {
        fail(5, START_NS);
        assertThat(breaker.tryAcquire(START_NS + 10 * SECOND_NS)).isEqualTo(CircuitBreaker.REFUSED);
        long due = START_NS + 10 * SECOND_NS + 2_048;
        long probe = breaker.tryAcquire(due);
        assertThat(CircuitBreaker.isProbe(probe)).isTrue();
        assertThat(breaker.phase()).isEqualTo(Phase.HALF_OPEN);
        assertThat(breaker.isReady(due)).isFalse();
        assertThat(breaker.tryAcquire(due)).isEqualTo(CircuitBreaker.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 123_456_789_012L})
    void jitterAddsAtMostTwoSeconds(long random) {
        long permit = breaker.tryAcquire(START_NS);
        for (int i = 0; i < 5; i++) {
            breaker.onFailure(permit, START_NS, random, null);
        }
        assertThat(breaker.untilReadyNs(START_NS)).isBetween(10 * SECOND_NS, 12 * SECOND_NS + 2_048);
    }

    @Test
    void differentRandomsProbeAtDifferentTimes() {
        CircuitBreaker other = new CircuitBreaker(BreakerSettings.DEFAULT, START_NS);
        for (int i = 0; i < 5; i++) {
            breaker.onFailure(breaker.tryAcquire(START_NS), START_NS, 0, null);
            other.onFailure(other.tryAcquire(START_NS), START_NS, SECOND_NS, null);
        }
        assertThat(other.untilReadyNs(START_NS) - breaker.untilReadyNs(START_NS))
                .isBetween(SECOND_NS - 2_048, SECOND_NS + 2_048);
    }

    @Test
    void aProbeThatSucceedsClosesIt() {
        long due = openedThenDue();
        breaker.onSuccess(breaker.tryAcquire(due), START_NS);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
        fail(4, due);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void aProbeThatFailsOpensItAnewForTheFullTime() {
        long due = openedThenDue();
        assertThat(breaker.onFailure(breaker.tryAcquire(due), due, NO_JITTER, null))
                .isTrue();
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        assertThat(breaker.untilReadyNs(due)).isBetween(10 * SECOND_NS, 10 * SECOND_NS + 2_048);
    }

    @Test
    void anAbandonedProbeIsDueAgainAtOnce() {
        long due = openedThenDue();
        breaker.onAbandoned(breaker.tryAcquire(due), due);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        assertThat(CircuitBreaker.isProbe(breaker.tryAcquire(due))).isTrue();
    }

    @Test
    void aProbeThatSucceededIsNotGivenBack() {
        long due = openedThenDue();
        long probe = breaker.tryAcquire(due);
        breaker.onSuccess(probe, due);
        breaker.onAbandoned(probe, due);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void anAbandonedOrdinaryCallChangesNothing() {
        fail(4, START_NS);
        breaker.onAbandoned(breaker.tryAcquire(START_NS), START_NS);
        fail(1, START_NS);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void callsFromBeforeTheOpeningDoNotSpeakForTheTimeAfter() {
        long before = breaker.tryAcquire(START_NS);
        long due = openedThenDue();
        breaker.onSuccess(before, START_NS);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        breaker.onSuccess(breaker.tryAcquire(due), START_NS);
        for (int i = 0; i < 5; i++) {
            assertThat(breaker.onFailure(before, due, NO_JITTER, null)).isFalse();
        }
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void aProbeWithoutOutcomeIsFollowedByAnotherAndMayStillClose() {
        long due = openedThenDue();
        long slow = breaker.tryAcquire(due);
        long later = due + 10 * SECOND_NS + 2_048;
        long second = breaker.tryAcquire(later);
        assertThat(CircuitBreaker.isProbe(second)).isTrue();
        breaker.onSuccess(slow, START_NS);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
        assertThat(breaker.onFailure(second, later, NO_JITTER, null)).isFalse();
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void aLaggingClockNeitherThrowsNorOpens() {
        long earlier = START_NS - SECOND_NS;
        assertThat(breaker.isReady(earlier)).isTrue();
        assertThat(breaker.tryAcquire(earlier)).isNotEqualTo(CircuitBreaker.REFUSED);
    }

    @Test
    void erasWrapAroundWithoutMixingUpNeighbours() {
        long nowNs = START_NS;
        for (int opening = 0; opening < 3_000; opening++) {
            long before = breaker.tryAcquire(nowNs);
            fail(5, nowNs);
            nowNs += 13 * SECOND_NS;
            long probe = breaker.tryAcquire(nowNs);
            breaker.onSuccess(before, START_NS);
            assertThat(breaker.phase()).isEqualTo(Phase.HALF_OPEN);
            breaker.onSuccess(probe, START_NS);
            assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
        }
    }

    @Test
    void ofManyThreadsOneGetsTheProbe() throws InterruptedException {
        long due = openedThenDue();
        AtomicInteger probes = new AtomicInteger();
        Together.run(8, () -> {
            if (CircuitBreaker.isProbe(breaker.tryAcquire(due))) {
                probes.incrementAndGet();
            }
        });
        assertThat(probes).hasValue(1);
    }

    @Test
    void failuresOfManyThreadsOpenItExactlyOnce() throws InterruptedException {
        CircuitBreaker shared = new CircuitBreaker(new BreakerSettings(8_000, SECOND_NS, 0, SECOND_NS), START_NS);
        long permit = shared.tryAcquire(START_NS);
        AtomicInteger openings = new AtomicInteger();
        Together.run(8, () -> {
            for (int i = 0; i < 1_000; i++) {
                if (shared.onFailure(permit, START_NS, NO_JITTER, null)) {
                    openings.incrementAndGet();
                }
            }
        });
        assertThat(openings).hasValue(1);
        assertThat(shared.phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void eachOpeningLastsLongerAndATimeOfPeaceForgetsOne() {
        CircuitBreaker ejecting = new CircuitBreaker(
                new BreakerSettings(1, 30 * SECOND_NS, 100 * SECOND_NS, 10 * SECOND_NS, 0, SECOND_NS), START_NS);
        long nowNs = START_NS;
        for (long expectedSeconds : new long[] {30, 60, 90, 100, 100}) {
            ejecting.onFailure(ejecting.tryAcquire(nowNs), nowNs, NO_JITTER, null);
            assertThat(ejecting.untilReadyNs(nowNs))
                    .isBetween(expectedSeconds * SECOND_NS, expectedSeconds * SECOND_NS + 2_048);
            nowNs += expectedSeconds * SECOND_NS + 2_048;
            ejecting.onSuccess(ejecting.tryAcquire(nowNs), nowNs);
            assertThat(ejecting.closedSinceNs()).isEqualTo(nowNs);
        }
        nowNs += 40 * SECOND_NS;
        ejecting.onFailure(ejecting.tryAcquire(nowNs), nowNs, NO_JITTER, null);
        assertThat(ejecting.untilReadyNs(nowNs)).isBetween(60 * SECOND_NS, 60 * SECOND_NS + 2_048);
    }

    @Test
    void aFailedProbeLengthensTheOpening() {
        CircuitBreaker ejecting = new CircuitBreaker(
                new BreakerSettings(1, 30 * SECOND_NS, 300 * SECOND_NS, 10 * SECOND_NS, 0, SECOND_NS), START_NS);
        ejecting.onFailure(ejecting.tryAcquire(START_NS), START_NS, NO_JITTER, null);
        long due = START_NS + 31 * SECOND_NS;
        assertThat(ejecting.onFailure(ejecting.tryAcquire(due), due, NO_JITTER, null))
                .isTrue();
        assertThat(ejecting.untilReadyNs(due)).isBetween(60 * SECOND_NS, 60 * SECOND_NS + 2_048);
    }

    @Test
    void settingsOfALaterPolicyHoldFromTheNextFailureOn() {
        fail(2, START_NS);
        breaker.adjust(new BreakerSettings(3, SECOND_NS, 0, SECOND_NS), START_NS);
        fail(1, START_NS);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        assertThat(breaker.untilReadyNs(START_NS)).isBetween(SECOND_NS, SECOND_NS + 2_048);
    }

    @Test
    void outcomesOfUncountedCallsChangeNothing() {
        fail(4, START_NS);
        breaker.onFailure(CircuitBreaker.UNCOUNTED, START_NS, NO_JITTER, null);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
        breaker.onSuccess(CircuitBreaker.UNCOUNTED, START_NS);
        fail(1, START_NS);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        breaker.onSuccess(CircuitBreaker.UNCOUNTED, START_NS);
        breaker.onAbandoned(CircuitBreaker.UNCOUNTED, START_NS);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        assertThat(breaker.isReady(START_NS)).isFalse();
    }

    @Test
    void settingsOutsideTheirRangeAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BreakerSettings(0, 1, 0, 1))
                .withMessage("failuresToOpen must be 1 to 1000000: 0");
    }
}
