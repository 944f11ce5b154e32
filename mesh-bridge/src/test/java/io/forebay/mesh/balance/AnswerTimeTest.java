package io.forebay.mesh.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AnswerTimeTest {
    private static final long MS = 1_000_000;
    private final AnswerTime time = new AnswerTime();

    @Test
    void withoutAnswersNothingIsKnown() {
        assertThat(time.at(0)).isZero();
        assertThat(time.at(Long.MAX_VALUE)).isZero();
    }

    @Test
    void aRiseIsFollowedAtOnce() {
        time.observe(2 * MS, 0);
        time.observe(90 * MS, 0);
        assertThat(time.at(0)).isEqualTo(90.0 * MS);
    }

    @Test
    void aFallIsFollowedByAge() {
        time.observe(100 * MS, 0);
        time.observe(10 * MS, 0);
        assertThat(time.at(0)).isEqualTo(100.0 * MS);
        time.observe(10 * MS, AnswerTime.FADE_NS);
        double expected = 100.0 * MS / Math.E + 10.0 * MS * (1 - 1 / Math.E);
        assertThat(time.at(AnswerTime.FADE_NS)).isCloseTo(expected, within(1.0));
    }

    @Test
    void whatNobodyRenewsFadesUntilItIsUnknown() {
        time.observe(100 * MS, 0);
        assertThat(time.at(AnswerTime.FADE_NS)).isCloseTo(100.0 * MS / Math.E, within(1.0));
        assertThat(time.at(20 * AnswerTime.FADE_NS)).isZero();
    }

    @Test
    void eachFailureCountsTwiceTheTimeBeforeUpToABound() {
        time.failed(0);
        assertThat(time.at(0)).isEqualTo(10.0 * MS);
        time.failed(0);
        assertThat(time.at(0)).isEqualTo(20.0 * MS);
        for (int i = 0; i < 50; i++) {
            time.failed(0);
        }
        assertThat(time.at(0)).isEqualTo(AnswerTime.FAILED_MAX_NS);
    }

    @Test
    void aClockThatLagsChangesNothing() {
        time.observe(100 * MS, 50);
        assertThat(time.at(10)).isEqualTo(100.0 * MS);
    }
}
