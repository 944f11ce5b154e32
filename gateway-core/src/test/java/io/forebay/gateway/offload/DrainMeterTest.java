package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DrainMeterTest {
    private static final String QUEUE = "default/reports";

    private long queued;
    private long finished;
    private final DrainMeter meter = new DrainMeter(() -> Map.of(QUEUE, stats()));

    private QueueStats stats() {
        return new QueueStats(
                QUEUE,
                QueueSettings.DEFAULT,
                null,
                null,
                false,
                0,
                queued,
                0,
                0,
                0,
                0,
                0,
                null,
                0,
                new QueueStats.Totals(0, 0, 0, finished, 0, 0, 0));
    }

    private int after(long seconds, long ahead) {
        return meter.retryAfterSeconds(QUEUE, ahead, TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void queueThatNeverFinishedAJobCountsByItsConcurrency() {
        queued = 32;
        assertThat(after(0, 32)).isEqualTo(2);
        assertThat(after(0, 1)).isEqualTo(1);
        assertThat(after(0, 1_000_000)).isEqualTo(DrainMeter.SECONDS_MAX);
    }

    @Test
    void measuredRateDecides() {
        queued = 100;
        after(0, 1);
        finished = 20;
        assertThat(after(10, 30)).isEqualTo(15);
    }

    @Test
    void timeWithoutJobsDoesNotMakeTheQueueSlow() {
        queued = 100;
        after(0, 1);
        finished = 100;
        assertThat(after(10, 10)).isEqualTo(1);
        queued = 0;
        for (int hour = 1; hour < 20; hour++) {
            finished++;
            assertThat(after(hour * 3_600L, 10)).isEqualTo(1);
        }
    }

    @Test
    void unknownQueueIsOneSecond() {
        assertThat(meter.retryAfterSeconds("default/other", 5, 0)).isEqualTo(1);
    }
}
