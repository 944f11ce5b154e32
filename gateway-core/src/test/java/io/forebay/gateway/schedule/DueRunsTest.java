package io.forebay.gateway.schedule;

import static io.forebay.gateway.schedule.Schedules.HOUR_MS;
import static io.forebay.gateway.schedule.Schedules.MINUTE_MS;
import static io.forebay.gateway.schedule.Schedules.NOON_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.schedule.SchedulePolicy;
import io.forebay.policy.schedule.SchedulePolicy.MadeUp;
import org.junit.jupiter.api.Test;

final class DueRunsTest {
    private static final SchedulePolicy HOURLY = Schedules.of("hourly", "0 * * * *");

    @Test
    void aRunIsDueAtItsTimeAndOnce() {
        DueRuns runs = new DueRuns(HOURLY, NOON_MS);
        assertThat(runs.take(NOON_MS + HOUR_MS - 1)).isEmpty();
        assertThat(runs.take(NOON_MS + HOUR_MS)).containsExactly(NOON_MS + HOUR_MS);
        assertThat(runs.take(NOON_MS + HOUR_MS + 1)).isEmpty();
        assertThat(runs.nextMs()).isEqualTo(NOON_MS + 2 * HOUR_MS);
        assertThat(runs.leftOut()).isZero();
    }

    @Test
    void aClockThatGoesBackBringsNoRunAgain() {
        DueRuns runs = new DueRuns(HOURLY, NOON_MS);
        runs.take(NOON_MS + HOUR_MS);
        assertThat(runs.take(NOON_MS)).isEmpty();
        assertThat(runs.take(NOON_MS + HOUR_MS)).isEmpty();
        assertThat(runs.take(NOON_MS + 2 * HOUR_MS)).containsExactly(NOON_MS + 2 * HOUR_MS);
    }

    @Test
    void ofManyMissedTheLastIsMadeUp() {
        DueRuns runs = new DueRuns(HOURLY, NOON_MS);
        assertThat(runs.take(NOON_MS + 5 * HOUR_MS + HOUR_MS / 2)).containsExactly(NOON_MS + 5 * HOUR_MS);
        assertThat(runs.leftOut()).isEqualTo(4);
    }

    @Test
    void orNone() {
        DueRuns runs = new DueRuns(Schedules.with(HOURLY, MadeUp.NONE, 0), NOON_MS);
        assertThat(runs.take(NOON_MS + 5 * HOUR_MS + HOUR_MS / 2)).isEmpty();
        assertThat(runs.leftOut()).isPositive();
        assertThat(runs.take(NOON_MS + 6 * HOUR_MS + DueRuns.ON_TIME_MS)).containsExactly(NOON_MS + 6 * HOUR_MS);
    }

    @Test
    void orAllThatAreNotTooLate() {
        DueRuns runs = new DueRuns(Schedules.with(HOURLY, MadeUp.ALL, 3 * HOUR_MS), NOON_MS);
        assertThat(runs.take(NOON_MS + 6 * HOUR_MS + MINUTE_MS))
                .containsExactly(NOON_MS + 4 * HOUR_MS, NOON_MS + 5 * HOUR_MS, NOON_MS + 6 * HOUR_MS);
        assertThat(runs.leftOut()).isPositive();
    }

    @Test
    void aLotOfMissedRunsIsBounded() {
        SchedulePolicy everyMinute = Schedules.with(Schedules.of("often", "* * * * *"), MadeUp.ALL, 24 * HOUR_MS);
        DueRuns runs = new DueRuns(everyMinute, NOON_MS - 1_000 * 24 * HOUR_MS);
        assertThat(runs.take(NOON_MS)).hasSize(DueRuns.MADE_UP_MAX).endsWith(NOON_MS);
    }

    @Test
    void aSuspendedScheduleHasNone() {
        DueRuns runs = new DueRuns(Schedules.suspended(HOURLY), NOON_MS);
        assertThat(runs.take(NOON_MS + 10 * HOUR_MS)).isEmpty();
        assertThat(runs.nextMs()).isEqualTo(Long.MAX_VALUE);
    }
}
