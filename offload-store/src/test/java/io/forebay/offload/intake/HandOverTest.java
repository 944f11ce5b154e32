package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.SETTINGS;
import static io.forebay.offload.intake.TestStore.done;
import static io.forebay.offload.intake.TestStore.key;
import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.Failure;
import io.forebay.offload.HandOver;
import io.forebay.offload.HandedOver;
import io.forebay.offload.Job;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Timing;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Calls under way that become jobs.
final class HandOverTest {
    private final TestStore store = TestStore.withQueue();

    @AfterEach
    void close() {
        store.close();
    }

    private CompletableFuture<Outcome<HandedOver>> handOver(Submission submission, boolean isRepeatable) {
        return done(completion -> store.jobs().handOver(new HandOver(submission, isRepeatable, 60_000, 7), completion));
    }

    private Lease handedOver(boolean isRepeatable) {
        Lease lease = value(handOver(store.submission("call"), isRepeatable)).lease();
        return Objects.requireNonNull(lease, "lease");
    }

    private Submission keyed(String body) {
        return store.submission(body, Timing.NOW, key("k", body), "tenant");
    }

    private QueueStats queue() {
        return Objects.requireNonNull(store.reader().queues().get("q"));
    }

    @Test
    void jobRunsFromItsFirstCommitOnAndNobodyElseGetsIt() {
        Lease lease = handedOver(true);
        assertThat(lease.attempt()).isEqualTo(1);
        assertThat(store.job(lease.key().job()).state()).isEqualTo(JobState.RUNNING);
        assertThat(store.lease(1)).isEmpty();
        store.pass(1_000);
        store.submit(store.submission("later"));
        await().untilAsserted(() -> {
            assertThat(queue().running()).isEqualTo(1);
            assertThat(queue().totals().leased()).isEqualTo(1);
        });
    }

    @Test
    void answerOfTheRunningCallEndsTheJob() {
        Lease lease = handedOver(false);
        assertThat(store.complete(lease, "report").state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void repeatableJobIsAttemptedAgain() {
        Lease lease = handedOver(true);
        Job failed = value(store.failLater(lease, Failure.retryable("status-503")));
        assertThat(failed.state()).isEqualTo(JobState.QUEUED);
        store.pass(20_000);
        assertThat(store.leaseOne().key().job()).isEqualTo(lease.key().job());
    }

    @Test
    void jobWithoutItsBodyFailsWithItsOnlyAttempt() {
        Lease lease = handedOver(false);
        Job failed = value(store.failLater(lease, Failure.retryable("status-503")));
        assertThat(failed.state()).isEqualTo(JobState.FAILED);
        assertThat(failed.reason()).isEqualTo("status-503");
        assertThat(refusal(TestStore.<Job>done(redriven -> store.jobs().redrive(failed.id(), redriven))))
                .isInstanceOf(StoreRefusal.NotRedrivable.class);
    }

    @Test
    void restartInterruptsAJobWithoutItsBodyAndReleasesAnother() {
        Lease once = handedOver(false);
        Lease again = handedOver(true);
        store.restart();
        Job interrupted = store.job(once.key().job());
        assertThat(interrupted.state()).isEqualTo(JobState.FAILED);
        assertThat(interrupted.reason()).isEqualTo("interrupted");
        assertThat(store.leaseAll(1).getFirst().key().job())
                .isEqualTo(again.key().job());
    }

    @Test
    void leaseThatNobodySettlesRunsOut() {
        Lease lease = handedOver(false);
        store.pass(61_000);
        assertThat(store.job(lease.key().job()).state()).isEqualTo(JobState.FAILED);
    }

    @Test
    void aCallThatWasNotMadeLeavesNoTraceAndItsKeyIsFree() {
        HandedOver first = value(handOver(keyed("order"), false));
        Lease lease = Objects.requireNonNull(first.lease(), "lease");
        value(TestStore.<Job>done(withdrawn -> store.jobs().withdraw(lease.key(), withdrawn)));
        assertThat(store.noJob(lease.key().job())).isInstanceOf(StoreRefusal.NotFound.class);
        assertThat(store.changes).contains(lease.key().job().text() + " FAILED");
        HandedOver second = value(handOver(keyed("order"), false));
        assertThat(second.submitted().isNew()).isTrue();
        assertThat(second.lease()).isNotNull();
        store.restart();
        assertThat(store.noJob(lease.key().job())).isInstanceOf(StoreRefusal.NotFound.class);
    }

    @Test
    void aCallThatWasAnsweredIsNotWithdrawn() {
        Lease lease = handedOver(false);
        store.complete(lease, "report");
        assertThat(refusal(TestStore.<Job>done(withdrawn -> store.jobs().withdraw(lease.key(), withdrawn))))
                .isInstanceOf(StoreRefusal.AlreadyTerminal.class);
        assertThat(store.job(lease.key().job()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void keyOfAnEarlierJobLeavesTheCallWhatItIs() {
        Job earlier = store.submit(keyed("order"));
        HandedOver outcome = value(handOver(keyed("order"), true));
        assertThat(outcome.lease()).isNull();
        assertThat(outcome.submitted().job().id()).isEqualTo(earlier.id());
        assertThat(store.lease(8)).hasSize(1);
    }

    @Test
    void fullQueueTakesNoRunningCall() {
        QueueSettings.Limits one = new QueueSettings.Limits(1, 1L << 30, 1 << 20, 1 << 20);
        store.configure(Map.of(
                "q", new QueueSettings(8, 60_000, SETTINGS.retry(), SETTINGS.tenants(), one, SETTINGS.retention())));
        handedOver(true);
        assertThat(refusal(handOver(store.submission("more"), true))).isInstanceOf(StoreRefusal.QueueFull.class);
    }
}
