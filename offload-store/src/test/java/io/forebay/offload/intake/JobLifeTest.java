package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.SETTINGS;
import static io.forebay.offload.intake.TestStore.key;
import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.Answer;
import io.forebay.offload.Failure;
import io.forebay.offload.Idempotency;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.RequestBytes;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One job's way through its states, and every side exit.
final class JobLifeTest {
    private final TestStore store = TestStore.withQueue();

    @AfterEach
    void close() {
        store.close();
    }

    private static Timing timing(int priority, @Nullable String orderingKey) {
        return new Timing(priority, orderingKey, 0, 0);
    }

    private Submission ordered(String body, String orderingKey) {
        return store.submission(body, timing(5, orderingKey), null, "tenant-a");
    }

    @Test
    void aJobIsSubmittedLeasedCompletedAndItsResultRead() {
        Job job = store.submit(store.submission("question"));
        assertThat(job.state()).isEqualTo(JobState.QUEUED);
        Lease lease = store.leaseOne();
        assertThat(lease.key().job()).isEqualTo(job.id());
        assertThat(lease.attempt()).isEqualTo(1);
        RequestBytes request = requireNonNull(store.request(job.id()));
        assertThat(request.body()).isEqualTo(TestStore.bytes("question"));
        Job done = store.complete(lease, "answer");
        assertThat(done.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(done.version()).isGreaterThan(lease.job().version());
        assertThat(store.job(job.id())).isEqualTo(done);
        assertThat(payload(job.id(), PayloadPart.RESULT_BODY)).isEqualTo(TestStore.bytes("answer"));
        assertThat(payload(job.id(), PayloadPart.REQUEST_BODY)).isEqualTo(TestStore.bytes("question"));
        assertThat(store.changes).containsExactly(job.id() + " QUEUED", job.id() + " RUNNING", job.id() + " SUCCEEDED");
    }

    private byte[] payload(JobId id, PayloadPart part) {
        return value(TestStore.<byte[]>done(c -> store.reader().payload(id, part, c)));
    }

    @Test
    void payloadsOfEverySizeComeBackAsTheyWere() {
        Random random = new Random(5);
        for (int bytes : new int[] {0, 1, 2_048, 2_049, 65_535, 65_536, 65_537, 300_000, 1 << 20}) {
            byte[] body = new byte[bytes];
            random.nextBytes(body);
            Submission plain = store.submission("x");
            Submission large = new Submission(
                    plain.id(),
                    "q",
                    plain.caller(),
                    plain.route(),
                    plain.requestHead(),
                    body,
                    Timing.NOW,
                    null,
                    "trace");
            store.submit(large);
            Lease lease = store.leaseOne();
            value(TestStore.<Job>done(
                    c -> store.jobs().complete(lease.key(), new Answer(201, TestStore.bytes("h"), body), c)));
            assertThat(payload(plain.id(), PayloadPart.REQUEST_BODY)).isEqualTo(body);
            assertThat(payload(plain.id(), PayloadPart.RESULT_BODY)).isEqualTo(body);
            assertThat(store.job(plain.id()).sizes().resultBodyBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void aRetryableFailureWaitsWithinItsBackOffAndRunsAgain() {
        store.submit(store.submission("flaky"));
        Job waiting = value(store.failLater(store.leaseOne(), Failure.retryable("status-503")));
        assertThat(waiting.state()).isEqualTo(JobState.QUEUED);
        assertThat(waiting.reason()).isEqualTo("status-503");
        long nowMs = store.time.wallMs();
        assertThat(waiting.times().nextAttemptMs()).isBetween(nowMs, nowMs + 1_001);
        store.pass(1_100);
        assertThat(store.leaseOne().attempt()).isEqualTo(2);
    }

    @Test
    void retryAfterHoldsTheJobAndIfAskedTheQueue() {
        store.submit(store.submission("first"));
        store.submit(store.submission("second"));
        value(store.failLater(store.leaseOne(), new Failure("status-429", true, 5_000, true, false, null)));
        assertThat(store.lease(1)).as("the queue is gated").isEmpty();
        store.readySignals.clear();
        store.pass(5_100);
        assertThat(store.readySignals).contains("q");
        assertThat(store.lease(2)).hasSize(2);
    }

    @Test
    void attemptsRunOutIntoTheDeadLetters() {
        Job job = store.submit(store.submission("hopeless"));
        for (int attempt = 1; attempt <= 3; attempt++) {
            value(store.failLater(
                    store.leaseOne(), new Failure("timeout", true, 0, false, false, TestStore.answer("last"))));
            store.pass(9_000);
        }
        Job dead = store.job(job.id());
        assertThat(dead.state()).isEqualTo(JobState.FAILED);
        assertThat(dead.reason()).isEqualTo("timeout");
        assertThat(payload(job.id(), PayloadPart.RESULT_BODY)).isEqualTo(TestStore.bytes("last"));
    }

    @Test
    void aFatalFailureIsDeadAtOnce() {
        store.submit(store.submission("bad"));
        Job dead = value(store.failLater(store.leaseOne(), Failure.fatal("status-400", null)));
        assertThat(dead.state()).isEqualTo(JobState.FAILED);
        assertThat(store.lease(1)).isEmpty();
    }

    @Test
    void twoCrashedWorkersQuarantineTheJob() {
        Job job = store.submit(store.submission("killer"));
        for (int crash = 0; crash < 2; crash++) {
            assertThat(value(store.leaseLater(1, LeaseKind.PULL)).leases()).hasSize(1);
            store.pass(30_001);
            store.pass(9_000);
        }
        assertThat(store.job(job.id()).state()).isEqualTo(JobState.FAILED);
        assertThat(store.job(job.id()).reason()).isEqualTo("quarantined");
    }

    @Test
    void aHeartbeatKeepsTheLeaseAlive() {
        Job job = store.submit(store.submission("long"));
        Lease lease = value(store.leaseLater(1, LeaseKind.PULL)).leases().getFirst();
        for (int beat = 0; beat < 5; beat++) {
            store.pass(20_000);
            value(TestStore.<Long>done(c -> store.jobs().heartbeat(lease.key(), 30_000, c)));
        }
        assertThat(store.complete(lease, "done").state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(store.job(job.id()).attempts().made()).isEqualTo(1);
    }

    /// Found by simulation, seed 8023: a heartbeat promised more than a restart gave.
    @Test
    void aHeartbeatPromisesNoMoreThanARestartGives() {
        store.submit(store.submission("long"));
        Lease lease = value(store.leaseLater(1, LeaseKind.PULL)).leases().getFirst();
        store.pass(1_000);
        long untilMs = value(TestStore.<Long>done(c -> store.jobs().heartbeat(lease.key(), 300_000, c)));
        assertThat(untilMs).isEqualTo(store.time.wallMs() + 30_000);
        store.restart();
        store.pass(29_000);
        assertThat(store.lease(1)).isEmpty();
    }

    @Test
    void anExpiredLeaseIsFencedByItsSuccessor() {
        store.submit(store.submission("slow"));
        Lease stale = value(store.leaseLater(1, LeaseKind.PULL)).leases().getFirst();
        store.pass(30_001);
        store.pass(9_000);
        Lease fresh = store.leaseOne();
        assertThat(fresh.key().epoch()).isGreaterThan(stale.key().epoch());
        assertThat(refusal(store.completeLater(stale, "late"))).isInstanceOf(StoreRefusal.StaleEpoch.class);
        assertThat(store.complete(fresh, "in time").state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(refusal(store.completeLater(fresh, "twice"))).isInstanceOf(StoreRefusal.AlreadyTerminal.class);
    }

    @Test
    void aReleasedJobRunsAgainWithoutHavingSpentAnAttempt() {
        store.submit(store.submission("handed back"));
        Lease lease = store.leaseOne();
        value(TestStore.<Job>done(c -> store.jobs().release(lease.key(), 0, c)));
        assertThat(store.leaseOne().attempt()).isEqualTo(1);
    }

    @Test
    void cancelIsIdempotentAndFinal() {
        Job job = store.submit(store.submission("unwanted"));
        assertThat(store.cancel(job.id()).state()).isEqualTo(JobState.CANCELED);
        assertThat(store.cancel(job.id()).version())
                .isEqualTo(store.job(job.id()).version());
        assertThat(store.lease(1)).isEmpty();
        store.submit(store.submission("wanted"));
        Lease lease = store.leaseOne();
        store.complete(lease, "done");
        assertThat(refusal(store.cancelLater(lease.key().job()))).isInstanceOf(StoreRefusal.AlreadyTerminal.class);
    }

    @Test
    void aDelayedJobWaitsForItsTime() {
        Job job = store.submit(store.submission("later", new Timing(5, null, 5_000, 0), null, "tenant-a"));
        assertThat(job.state()).isEqualTo(JobState.SCHEDULED);
        store.pass(4_900);
        assertThat(store.lease(1)).isEmpty();
        store.readySignals.clear();
        store.pass(200);
        assertThat(store.readySignals).contains("q");
        assertThat(store.lease(1)).hasSize(1);
    }

    @Test
    void whoWasGivenBackWaitsSinceThen() {
        Job job = store.submit(store.submission("x"));
        Lease lease = store.leaseOne();
        store.pass(20_000);
        Job back = value(TestStore.<Job>done(c -> store.jobs().release(lease.key(), 0, c)));
        assertThat(back.times().changedMs()).isGreaterThanOrEqualTo(job.times().createdMs() + 20_000);
        await().until(() -> {
            store.pass(200);
            return store.stats().oldestReadyMs() == back.times().changedMs();
        });
    }

    @Test
    void aDelayIsNoAge() {
        Job delayed = store.submit(store.submission("later", new Timing(1, null, 600_000, 0), null, "tenant-a"));
        store.pass(600_000);
        assertThat(store.job(delayed.id()).state()).isEqualTo(JobState.QUEUED);
        Job urgent = store.submit(store.submission("now", timing(5, null), null, "tenant-a"));
        assertThat(store.leaseOne().key().job()).as("ten minutes were wanted").isEqualTo(urgent.id());
        await().until(() -> {
            store.pass(200);
            return store.stats().oldestReadyMs() == delayed.times().createdMs() + 600_000;
        });
    }

    @Test
    void aDeadlineEndsAWaitingAndARunningJob() {
        long deadlineMs = store.time.wallMs() + 3_000;
        Job running = store.submit(store.submission("r", new Timing(5, null, 0, deadlineMs), null, "tenant-a"));
        Lease lease = store.leaseOne();
        Job waiting = store.submit(store.submission("w", new Timing(5, null, 60_000, deadlineMs), null, "tenant-a"));
        store.pass(3_100);
        assertThat(store.job(waiting.id()).state()).isEqualTo(JobState.EXPIRED);
        assertThat(store.job(running.id()).state()).isEqualTo(JobState.EXPIRED);
        assertThat(refusal(store.completeLater(lease, "late"))).isInstanceOf(StoreRefusal.StaleEpoch.class);
        assertThat(store.changes).contains(running.id() + " EXPIRED");
    }

    @Test
    void afterRetentionTheBytesGoThenTheJob() {
        Job job = store.submit(store.submission("fleeting"));
        store.complete(store.leaseOne(), "answer");
        store.pass(10_100);
        assertThat(store.job(job.id()).sizes().payloadGone()).isTrue();
        assertThat(refusal(TestStore.<byte[]>done(c -> store.reader().payload(job.id(), PayloadPart.RESULT_BODY, c))))
                .isInstanceOf(StoreRefusal.PayloadGone.class);
        store.pass(3_600_100);
        assertThat(store.noJob(job.id())).isInstanceOf(StoreRefusal.NotFound.class);
    }

    @Test
    void aKeyNamesOneJobUntilWindowAndRetentionHavePassed() {
        Idempotency same = key("k", "same");
        Job job = store.submit(store.submission("same", Timing.NOW, same, "tenant-a"));
        Submitted repeat = value(store.submitLater(store.submission("same", Timing.NOW, same, "tenant-a")));
        assertThat(repeat.job().id()).isEqualTo(job.id());
        assertThat(repeat.isNew()).isFalse();
        assertThat(refusal(store.submitLater(store.submission("other", Timing.NOW, key("k", "other"), "tenant-a"))))
                .isEqualTo(new StoreRefusal.FingerprintMismatch(job.id()));
        store.pass(6_000);
        assertThat(value(store.submitLater(store.submission("same", Timing.NOW, same, "tenant-a")))
                        .isNew())
                .as("the window is over, the job is not")
                .isFalse();
        store.complete(store.leaseOne(), "answer");
        store.pass(9_000);
        assertThat(value(store.submitLater(store.submission("same", Timing.NOW, same, "tenant-a")))
                        .isNew())
                .as("the result is still kept")
                .isFalse();
        store.pass(1_100);
        Submitted anew = value(store.submitLater(store.submission("same", Timing.NOW, same, "tenant-a")));
        assertThat(anew.isNew()).isTrue();
        store.pass(3_600_100);
        assertThat(value(store.submitLater(store.submission("same", Timing.NOW, same, "tenant-a")))
                        .job()
                        .id())
                .as("erasing the first job does not free the second one's key")
                .isEqualTo(anew.job().id());
    }

    @Test
    void oneOrderingKeyRunsOneAtATimeInSubmitOrder() {
        Job first = store.submit(ordered("1", "line"));
        Job second = store.submit(ordered("2", "line"));
        Job third = store.submit(ordered("3", "line"));
        Job free = store.submit(ordered("4", "other"));
        List<Lease> leases = store.lease(8);
        assertThat(leases).extracting(lease -> lease.key().job()).containsExactly(first.id(), free.id());
        store.cancel(second.id());
        Job retried = value(store.failLater(leases.getFirst(), Failure.retryable("timeout")));
        assertThat(store.lease(8)).as("a head that backs off still blocks").isEmpty();
        store.pass(retried.times().nextAttemptMs() - store.time.wallMs() + 10);
        Lease again = store.leaseOne();
        assertThat(again.key().job()).isEqualTo(first.id());
        store.complete(again, "done");
        assertThat(store.leaseOne().key().job()).isEqualTo(third.id());
    }

    @Test
    void theMoreUrgentJobGoesFirstUntilTheOtherHasWaitedLongEnough() {
        Job low = store.submit(store.submission("low", timing(1, null), null, "tenant-a"));
        store.time.advance(1_000);
        Job high = store.submit(store.submission("high", timing(9, null), null, "tenant-a"));
        assertThat(store.leaseOne().key().job()).isEqualTo(high.id());
        store.pass(10 * 60_000);
        store.submit(store.submission("high again", timing(9, null), null, "tenant-a"));
        assertThat(store.leaseOne().key().job()).isEqualTo(low.id());
    }

    @Test
    void tenantsTakeTurns() {
        for (int i = 0; i < 4; i++) {
            store.submit(store.submission("a" + i, Timing.NOW, null, "tenant-a"));
        }
        store.submit(store.submission("b", Timing.NOW, null, "tenant-b"));
        store.submit(store.submission("c", Timing.NOW, null, "tenant-c"));
        assertThat(store.lease(6))
                .extracting(lease -> lease.job().caller().tenant())
                .containsExactly("tenant-a", "tenant-b", "tenant-c", "tenant-a", "tenant-a", "tenant-a");
    }

    /// Of 40 attempts by two tenants who always have jobs waiting, how many the first got.
    private long attemptsOfFirst(Map<String, Integer> weights, long firstTakesMs, long secondTakesMs) {
        QueueSettings.Tenants tenants = QueueSettings.Tenants.of(weights);
        QueueSettings fair =
                new QueueSettings(1, 60_000, SETTINGS.retry(), tenants, SETTINGS.limits(), SETTINGS.retention());
        store.configure(Map.of("q", fair));
        for (int i = 0; i < 40; i++) {
            store.submit(store.submission("job " + i, Timing.NOW, null, "first"));
            store.submit(store.submission("job " + i, Timing.NOW, null, "second"));
        }
        long first = 0;
        for (int i = 0; i < 40; i++) {
            Lease lease = store.leaseOne();
            boolean isFirst = lease.job().caller().tenant().equals("first");
            store.pass(isFirst ? firstTakesMs : secondTakesMs);
            store.complete(lease, "done");
            first += isFirst ? 1 : 0;
        }
        return first;
    }

    @Test
    void tenantOfThreeTimesTheWeightGetsThreeTimesTheAttempts() {
        assertThat(attemptsOfFirst(Map.of("second", 3), 50, 50)).isBetween(9L, 11L);
    }

    @Test
    void tenantWhoseAttemptsTakeThreeTimesAsLongGetsAThirdAsMany() {
        assertThat(attemptsOfFirst(Map.of(), 300, 100)).isBetween(9L, 11L);
    }

    @Test
    void concurrencyBoundsWhatRuns() {
        for (int i = 0; i < 10; i++) {
            store.submit(store.submission("job " + i));
        }
        List<Lease> leases = store.lease(64);
        assertThat(leases).hasSize(SETTINGS.concurrency());
        store.readySignals.clear();
        store.complete(leases.getFirst(), "done");
        assertThat(store.readySignals).contains("q");
        assertThat(store.lease(64)).hasSize(1);
    }

    @Test
    void aDeadLetterIsRedrivenAsANewJobAndStaysFailed() {
        Job job = store.submit(ordered("try again", "line"));
        value(store.failLater(store.leaseOne(), Failure.fatal("status-400", null)));
        Job again = value(TestStore.<Job>done(c -> store.jobs().redrive(job.id(), c)));
        Job twice = value(TestStore.<Job>done(c -> store.jobs().redrive(job.id(), c)));
        assertThat(again.id()).isNotEqualTo(job.id()).isEqualTo(twice.id());
        assertThat(again.redriveOf()).isEqualTo(job.id());
        assertThat(store.job(job.id()).state()).isEqualTo(JobState.FAILED);
        assertThat(store.job(job.id()).redrivenAs()).isEqualTo(again.id());
        assertThat(store.leaseOne().key().job()).isEqualTo(again.id());
        assertThat(payload(again.id(), PayloadPart.REQUEST_BODY)).isEqualTo(TestStore.bytes("try again"));
        assertThat(refusal(TestStore.<Job>done(c -> store.jobs().redrive(again.id(), c))))
                .isInstanceOf(StoreRefusal.NotRedrivable.class);
    }

    @Test
    void limitsRefuseByName() {
        store.configure(Map.of("q", limited(new QueueSettings.Limits(2, 1_000, 500, 10))));
        assertThat(refusal(store.submitLater(store.submission("x".repeat(501)))))
                .isEqualTo(new StoreRefusal.PayloadTooLarge(501, 500));
        store.submit(store.submission("x".repeat(500)));
        assertThat(refusal(store.submitLater(store.submission("x".repeat(500)))))
                .isEqualTo(new StoreRefusal.BytesFull("q", 1_000));
        store.submit(store.submission("x"));
        assertThat(refusal(store.submitLater(store.submission("x")))).isEqualTo(new StoreRefusal.QueueFull("q", 2));
        Lease lease = store.leaseOne();
        assertThat(refusal(store.completeLater(lease, "x".repeat(11))))
                .isEqualTo(new StoreRefusal.PayloadTooLarge(11, 10));
        store.complete(lease, "x".repeat(10));
        store.submit(store.submission("room again"));
    }

    private static QueueSettings limited(QueueSettings.Limits limits) {
        return new QueueSettings(1, 1_000, SETTINGS.retry(), SETTINGS.tenants(), limits, SETTINGS.retention());
    }
}
