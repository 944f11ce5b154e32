package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Pause;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.offload.Submission;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitEstimateTest {
    private static final String QUEUE = "default/reports";

    private long attemptMs;
    private long gatedUntilMs;
    private QueueSettings.@Nullable DispatchRate dispatchRate;
    private @Nullable Pause pause;
    private final WaitEstimate estimate = new WaitEstimate(() -> Map.of(QUEUE, stats()));

    /// Sixteen attempts at a time.
    private QueueStats stats() {
        QueueSettings defaults = QueueSettings.DEFAULT;
        return new QueueStats(
                QUEUE,
                new QueueSettings(
                        defaults.concurrency(),
                        dispatchRate,
                        defaults.attemptTimeoutMs(),
                        defaults.retry(),
                        defaults.tenants(),
                        defaults.limits(),
                        defaults.retention()),
                pause,
                null,
                false,
                0,
                0,
                0,
                0,
                0,
                0,
                gatedUntilMs,
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
    void noMoreBeginThanTheDispatchRateAllows() {
        dispatchRate = new QueueSettings.DispatchRate(60, 60_000, 5);
        assertThat(estimate.begunWithin(QUEUE, 60_000)).isEqualTo(60);
        attemptMs = 2_000;
        assertThat(estimate.begunWithin(QUEUE, 60_000)).isEqualTo(60);
        attemptMs = 32_000;
        assertThat(estimate.begunWithin(QUEUE, 60_000)).isEqualTo(30);
    }

    @Test
    void beforeTheFirstAttemptHasEndedNobodyKnows() {
        assertThat(estimate.begunWithin(QUEUE, 1)).isEqualTo(Submission.AHEAD_ANY);
        assertThat(estimate.startMs(QUEUE, 5, 1_000)).isZero();
        attemptMs = 2_000;
        assertThat(estimate.begunWithin("default/other", 1)).isEqualTo(Submission.AHEAD_ANY);
    }

    @Test
    void whileTheQueueIsHeldNothingBegins() {
        attemptMs = 2_000;
        gatedUntilMs = 9_000;
        assertThat(estimate.startMs(QUEUE, 16, 1_000)).isEqualTo(11_000);
        pause = new Pause("until noon", 0, 20_000);
        assertThat(estimate.startMs(QUEUE, 16, 1_000)).isEqualTo(22_000);
        assertThat(estimate.startMs(QUEUE, 16, 30_000)).as("it is over").isEqualTo(32_000);
        pause = new Pause("until somebody says so", 0, 0);
        assertThat(estimate.startMs(QUEUE, 16, 1_000)).isZero();
    }

    @Test
    void aLongTimeIsAnyNumber() {
        attemptMs = 1;
        assertThat(estimate.begunWithin(QUEUE, Long.MAX_VALUE)).isEqualTo(Submission.AHEAD_ANY);
    }
}
