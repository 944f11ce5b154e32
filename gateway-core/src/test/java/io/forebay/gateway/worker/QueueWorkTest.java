package io.forebay.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.QueuePolicy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class QueueWorkTest {
    private final QueueWork work = new QueueWork("default/reports");

    private static QueuePolicy policy(int concurrency) {
        return new QueuePolicy(
                "default/reports",
                null,
                concurrency,
                1_000,
                QueuePolicy.Retry.DEFAULT,
                QueuePolicy.Limits.DEFAULT,
                QueuePolicy.Retention.DEFAULT,
                null);
    }

    private void give(int jobs) {
        work.asked(Math.max(1, jobs));
        work.answered(jobs);
    }

    @Test
    void queueWithoutSettingsAsksForNothing() {
        assertThat(work.free(0)).isZero();
    }

    @Test
    void asksForWhatIsFreeAndOnceAtATime() {
        work.follow(policy(5));
        assertThat(work.free(0)).isEqualTo(5);
        work.asked(5);
        assertThat(work.free(0)).isZero();
        work.answered(3);
        assertThat(work.free(0)).isEqualTo(2);
    }

    @Test
    void emptyAnswerEndsTheAskingUntilASignal() {
        work.follow(policy(5));
        give(0);
        assertThat(work.free(0)).isZero();
        work.mayHaveWork();
        assertThat(work.free(0)).isEqualTo(5);
    }

    @Test
    void signalWhileTheStoreIsAskedIsNotLost() {
        work.follow(policy(5));
        work.asked(5);
        work.mayHaveWork();
        work.answered(0);
        assertThat(work.free(0)).isEqualTo(5);
    }

    @Test
    void refusedQuestionIsAskedAgainAtTheNextTurn() {
        work.follow(policy(5));
        work.asked(5);
        work.refused();
        assertThat(work.free(0)).isZero();
        work.turn(0);
        assertThat(work.free(0)).isEqualTo(5);
    }

    @Test
    void backendThatIsNotReadyHoldsTheQueueAndThenItOpensByDoubling() {
        work.follow(policy(8));
        give(1);
        work.ended(AttemptVerdict.NOT_READY, 0);
        assertThat(work.free(1)).isZero();
        long afterNs = TimeUnit.SECONDS.toNanos(1);
        work.turn(afterNs);
        for (int window : new int[] {1, 2, 4, 8, 8}) {
            assertThat(work.free(afterNs)).isEqualTo(window);
            give(1);
            work.ended(AttemptVerdict.ANSWERED, afterNs);
        }
    }

    @Test
    void jobThatIsSkippedHoldsNobodyElse() {
        work.follow(policy(4));
        give(1);
        work.ended(AttemptVerdict.SKIPPED, 0);
        assertThat(work.free(0)).isEqualTo(4);
    }

    @Test
    void lowerConcurrencyAsksForNothingUntilEnoughHaveEnded() {
        work.follow(policy(4));
        give(4);
        work.follow(policy(2));
        assertThat(work.free(0)).isZero();
        work.ended(AttemptVerdict.ANSWERED, 0);
        work.ended(AttemptVerdict.ANSWERED, 0);
        work.ended(AttemptVerdict.FAILED, 0);
        assertThat(work.free(0)).isEqualTo(1);
        assertThat(work.isIdle()).isFalse();
    }
}
