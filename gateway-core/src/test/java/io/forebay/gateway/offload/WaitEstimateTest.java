package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.offload.Submission;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WaitEstimateTest {
    private static final String QUEUE = "default/reports";

    private long attemptMs;
    private final WaitEstimate estimate = new WaitEstimate(() -> Map.of(QUEUE, stats()));

    /// Sixteen attempts at a time.
    private QueueStats stats() {
        return new QueueStats(
                QUEUE,
                QueueSettings.DEFAULT,
                null,
                null,
                false,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                null,
                attemptMs,
                new QueueStats.Totals(0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void asManyBeginAsThereAreTurns() {
        attemptMs = 2_000;
        assertThat(estimate.begunWithin(QUEUE, 60_000)).isEqualTo(16 * 30);
        assertThat(estimate.begunWithin(QUEUE, 0)).isZero();
        assertThat(estimate.startMs(QUEUE, 16 * 30, 1_000)).isEqualTo(61_000);
        assertThat(estimate.startMs(QUEUE, 0, 1_000)).isEqualTo(1_000);
    }

    @Test
    void beforeTheFirstAttemptHasEndedNobodyKnows() {
        assertThat(estimate.begunWithin(QUEUE, 1)).isEqualTo(Submission.AHEAD_ANY);
        assertThat(estimate.startMs(QUEUE, 5, 1_000)).isZero();
        attemptMs = 2_000;
        assertThat(estimate.begunWithin("default/other", 1)).isEqualTo(Submission.AHEAD_ANY);
    }

    @Test
    void aLongTimeIsAnyNumber() {
        attemptMs = 1;
        assertThat(estimate.begunWithin(QUEUE, Long.MAX_VALUE)).isEqualTo(Submission.AHEAD_ANY);
    }
}
