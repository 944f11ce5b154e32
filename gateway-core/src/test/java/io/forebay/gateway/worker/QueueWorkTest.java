package io.forebay.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.QueuePolicy;
import io.forebay.policy.access.QueuePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class QueueWorkTest {
    private static final String BACKEND = "default/reports";
    private static final String OTHER = "default/orders";

    private final QueueWork work = new QueueWork("default/reports");

    private static QueuePolicy policy(int concurrency) {
        return new QueuePolicy(
                "default/reports",
                null,
                concurrency,
                null,
                1_000,
                QueuePolicy.Retry.DEFAULT,
                QueuePolicy.Limits.DEFAULT,
                QueuePolicy.Retention.DEFAULT,
                false,
                QueuePolicy.LEASE_TERM_DEFAULT_MS,
                QueuePermissions.NONE,
                null,
                QueuePolicy.Tenants.DEFAULT,
                null,
                QueuePolicy.PartialResults.AUTO,
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
        work.follow(policy(5), Set.of(BACKEND));
        assertThat(work.free(0)).isEqualTo(5);
        work.asked(5);
        assertThat(work.free(0)).isZero();
        work.answered(3);
        assertThat(work.free(0)).isEqualTo(2);
    }

    @Test
    void emptyAnswerEndsTheAskingUntilASignal() {
        work.follow(policy(5), Set.of(BACKEND));
        give(0);
        assertThat(work.free(0)).isZero();
        work.signal();
        assertThat(work.free(0)).isEqualTo(5);
    }

    @Test
    void signalWhileTheStoreIsAskedIsNotLost() {
        work.follow(policy(5), Set.of(BACKEND));
        work.asked(5);
        work.signal();
        work.answered(0);
        assertThat(work.free(0)).isEqualTo(5);
    }

    @Test
    void busyQueueNeedsNoWakingAndKeepsTheSignal() {
        work.follow(policy(1), Set.of(BACKEND));
        assertThat(work.signal()).as("idle").isTrue();
        BackendLine.Call call = begin(BACKEND, 0);
        assertThat(work.free(0)).isZero();
        assertThat(work.signal()).as("busy").isFalse();

        work.ended(call, AttemptVerdict.ANSWERED, 0);
        assertThat(work.free(0)).isEqualTo(1);
        assertThat(work.signal()).as("free again").isTrue();
    }

    @Test
    void refusedQuestionIsAskedAgainAtTheNextTurn() {
        work.follow(policy(5), Set.of(BACKEND));
        work.asked(5);
        work.refused();
        assertThat(work.free(0)).isZero();
        work.turn(0);
        assertThat(work.free(0)).isEqualTo(5);
    }

    private BackendLine.Call begin(String backend, long nowNs) {
        give(1);
        return Objects.requireNonNull(work.begin(backend, nowNs));
    }

    @Test
    void backendThatIsNotReadyHoldsTheQueueAndThenItOpensByDoubling() {
        work.follow(policy(8), Set.of(BACKEND));
        work.ended(begin(BACKEND, 0), AttemptVerdict.NOT_READY, 0);
        assertThat(work.free(1)).isZero();
        long afterNs = TimeUnit.SECONDS.toNanos(1);
        work.turn(afterNs);
        for (int window : new int[] {1, 2, 4, 8, 8}) {
            assertThat(work.free(afterNs)).isEqualTo(window);
            work.ended(begin(BACKEND, afterNs), AttemptVerdict.ANSWERED, afterNs);
        }
    }

    @Test
    void answersOfCallsBegunBeforeTheHoldDoNotOpenTheWindow() {
        work.follow(policy(8), Set.of(BACKEND));
        BackendLine.Call early = begin(BACKEND, 0);
        BackendLine.Call earlyToo = begin(BACKEND, 0);
        BackendLine.Call refused = begin(BACKEND, 0);
        work.ended(refused, AttemptVerdict.NOT_READY, 0);
        long afterNs = TimeUnit.SECONDS.toNanos(1);
        work.turn(afterNs);
        work.ended(early, AttemptVerdict.ANSWERED, afterNs);
        work.ended(earlyToo, AttemptVerdict.ANSWERED, afterNs);
        assertThat(work.free(afterNs)).isEqualTo(1);
    }

    @Test
    void refusalsOfCallsBegunBeforeTheHoldDoNotProlongIt() {
        work.follow(policy(8), Set.of(BACKEND));
        BackendLine.Call first = begin(BACKEND, 0);
        BackendLine.Call second = begin(BACKEND, 0);
        work.ended(first, AttemptVerdict.NOT_READY, 0);
        long afterNs = TimeUnit.SECONDS.toNanos(1);
        work.ended(second, AttemptVerdict.NOT_READY, afterNs - 1);
        work.turn(afterNs);
        assertThat(work.free(afterNs)).isEqualTo(1);
    }

    @Test
    void backendThatIsHeldHoldsNoJobOfAnother() {
        work.follow(policy(4), Set.of(BACKEND, OTHER));
        work.ended(begin(BACKEND, 0), AttemptVerdict.NOT_READY, 0);
        assertThat(work.free(0)).isEqualTo(4);
        give(2);
        assertThat(work.begin(BACKEND, 0)).isNull();
        assertThat(work.begin(OTHER, 0)).isNotNull();
        work.ended(null, AttemptVerdict.SKIPPED, 0);
        assertThat(work.free(0)).isEqualTo(3);
    }

    @Test
    void queuePausesWhileAllItsBackendsAreHeld() {
        work.follow(policy(4), Set.of(BACKEND, OTHER));
        work.ended(begin(BACKEND, 0), AttemptVerdict.NOT_READY, 0);
        work.ended(begin(OTHER, 0), AttemptVerdict.NOT_READY, 0);
        assertThat(work.free(1)).isZero();
    }

    @Test
    void jobsLeasedInVainPauseTheQueueForTheRestOfTheirSecond() {
        work.follow(policy(4), Set.of(BACKEND, OTHER));
        long startNs = TimeUnit.SECONDS.toNanos(5);
        work.ended(begin(BACKEND, startNs), AttemptVerdict.NOT_READY, startNs);
        for (int i = 0; i < QueueWork.VAIN_LEASES_MAX; i++) {
            assertThat(work.free(startNs)).isPositive();
            give(1);
            assertThat(work.begin(BACKEND, startNs)).isNull();
            work.ended(null, AttemptVerdict.SKIPPED, startNs);
        }
        assertThat(work.free(startNs)).isZero();
        long afterNs = startNs + TimeUnit.SECONDS.toNanos(1);
        work.turn(afterNs - 1);
        assertThat(work.free(afterNs - 1)).isZero();
        work.turn(afterNs);
        assertThat(work.free(afterNs)).isPositive();
    }

    @Test
    void backendThatThePolicyNoLongerNamesIsForgottenOnceItsCallsHaveEnded() {
        work.follow(policy(4), Set.of(BACKEND, OTHER));
        BackendLine.Call last = begin(OTHER, 0);
        work.follow(policy(4), Set.of(BACKEND));
        work.ended(last, AttemptVerdict.FAILED, 0);
        work.follow(policy(4), Set.of(BACKEND));
        work.ended(begin(BACKEND, 0), AttemptVerdict.NOT_READY, 0);
        assertThat(work.free(1)).isZero();
    }

    @Test
    void jobThatIsSkippedHoldsNobodyElse() {
        work.follow(policy(4), Set.of(BACKEND));
        work.ended(begin(BACKEND, 0), AttemptVerdict.SKIPPED, 0);
        assertThat(work.free(0)).isEqualTo(4);
    }

    @Test
    void lowerConcurrencyAsksForNothingUntilEnoughHaveEnded() {
        work.follow(policy(4), Set.of(BACKEND));
        give(4);
        work.follow(policy(2), Set.of(BACKEND));
        assertThat(work.free(0)).isZero();
        work.ended(null, AttemptVerdict.ANSWERED, 0);
        work.ended(null, AttemptVerdict.ANSWERED, 0);
        work.ended(null, AttemptVerdict.FAILED, 0);
        assertThat(work.free(0)).isEqualTo(1);
        assertThat(work.isIdle()).isFalse();
    }
}
