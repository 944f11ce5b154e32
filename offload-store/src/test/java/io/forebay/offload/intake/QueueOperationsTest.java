package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.SETTINGS;
import static io.forebay.offload.intake.TestStore.bytes;
import static io.forebay.offload.intake.TestStore.key;
import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.Completion;
import io.forebay.offload.Failure;
import io.forebay.offload.Idempotency;
import io.forebay.offload.Job;
import io.forebay.offload.JobCount;
import io.forebay.offload.JobFilter;
import io.forebay.offload.JobId;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.Pause;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import io.forebay.offload.TopicPage;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What operators do and see.
final class QueueOperationsTest {
    private final TestStore store = TestStore.withQueue();

    @AfterEach
    void close() {
        store.close();
    }

    private QueueStats stats() {
        // Figures are published at most every 100 ms of the store's time.
        store.pass(101);
        store.pass(101);
        return requireNonNull(store.reader().queues().get("q"));
    }

    private static Long number(Consumer<Completion<Long>> call) {
        return value(TestStore.<Long>done(call));
    }

    @Test
    void aPausedQueueTakesJobsAndGivesNone() {
        number(c -> store.jobs().pause("q", Pause.Side.DISPATCH, "nobody is awake", 0, c));
        store.submit(store.submission("waits"));
        assertThat(store.lease(1)).isEmpty();
        Pause pause = requireNonNull(stats().dispatchPause());
        assertThat(pause.reason()).isEqualTo("nobody is awake");
        assertThat(pause.sinceMs()).isPositive().isLessThanOrEqualTo(store.time.wallMs());
        store.restart();
        assertThat(store.lease(1)).as("a pause survives a restart").isEmpty();
        store.readySignals.clear();
        number(c -> store.jobs().resume("q", Pause.Side.DISPATCH, c));
        await().until(() -> store.lease(1).size() == 1);
    }

    @Test
    void aPauseEndsByItself() {
        store.submit(store.submission("waits"));
        store.readySignals.clear();
        long untilMs = store.time.wallMs() + 5_000;
        number(c -> store.jobs().pause("q", Pause.Side.DISPATCH, "until the deploy is over", untilMs, c));
        store.restart();
        store.pass(4_900);
        assertThat(store.lease(1)).isEmpty();
        store.readySignals.clear();
        store.time.advance(200);
        await().until(() -> store.readySignals.contains("q"));
        assertThat(store.lease(1)).hasSize(1);
    }

    @Test
    void aQueueWhoseIntakeIsStoppedGivesWorkAndTakesRepeatsAlone() {
        Submission known = store.submission("known", Timing.NOW, TestStore.key("k", "known"), "tenant-a");
        Job job = store.submit(known);
        number(c -> store.jobs().pause("q", Pause.Side.INTAKE, "draining", 0, c));
        assertThat(refusal(store.submitLater(store.submission("new"))))
                .isEqualTo(new StoreRefusal.IntakeStopped("q", 0));
        Submission again = store.submission("known", Timing.NOW, TestStore.key("k", "known"), "tenant-a");
        assertThat(store.submit(again).id()).isEqualTo(job.id());
        store.complete(store.leaseOne(), "done");
        number(c -> store.jobs().resume("q", Pause.Side.INTAKE, c));
        store.submit(store.submission("new"));
    }

    private JobId dead(String tenant, String reason) {
        JobId id = store.submit(store.submission("x", Timing.NOW, null, tenant)).id();
        value(store.failLater(store.leaseOne(), Failure.fatal(reason, null)));
        store.time.advance(10);
        return id;
    }

    private static QueueOperation operation(QueueOperation.Action action, JobFilter filter, int perSecond) {
        return new QueueOperation(action, filter, perSecond);
    }

    private JobCount count(QueueOperation operation) {
        return value(TestStore.<JobCount>done(c -> store.reader().count("q", operation, c)));
    }

    @Test
    void onlyWhatTheFilterFitsIsRedriven() {
        dead("tenant-a", "status-400");
        dead("tenant-b", "status-400");
        long betweenMs = store.time.wallMs();
        dead("tenant-a", "status-404");
        dead("tenant-a", "status-400");
        JobFilter filter = new JobFilter("status-400", "tenant-a", null, betweenMs, Long.MAX_VALUE);
        QueueOperation redrive = operation(QueueOperation.Action.REDRIVE, filter, 0);
        assertThat(count(redrive)).isEqualTo(new JobCount(1, 4, true));
        assertThat(count(TestStore.REDRIVE_ALL)).isEqualTo(new JobCount(4, 4, true));
        assertThat(number(c -> store.jobs().operate("q", redrive, c))).isEqualTo(4);
        await().until(() -> stats().operation() == null);
        assertThat(stats().deadLetters()).isEqualTo(3);
        assertThat(stats().queued()).isEqualTo(1);
    }

    @Test
    void anOperationGoesNoFasterThanItMayAndCanBeStopped() {
        for (int i = 0; i < 5; i++) {
            dead("tenant-a", "status-400");
        }
        QueueOperation slow = operation(QueueOperation.Action.REDRIVE, JobFilter.ALL, 2);
        number(c -> store.jobs().operate("q", slow, c));
        await().until(() -> requireNonNull(stats().operation()).done() == 1);
        assertThat(number(c -> store.jobs().operate("q", slow, c)))
                .as("the same again is the one under way")
                .isEqualTo(4);
        assertThat(refusal(TestStore.<Long>done(c -> store.jobs().operate("q", TestStore.REDRIVE_ALL, c))))
                .isEqualTo(new StoreRefusal.OperationUnderWay("q"));
        store.restart();
        store.pass(500);
        await().until(() -> requireNonNull(stats().operation()).done() == 2);
        assertThat(requireNonNull(stats().operation()).operation()).isEqualTo(slow);
        assertThat(number(c -> store.jobs().stopOperation("q", c))).isEqualTo(2);
        store.pass(60_000);
        await().until(() -> stats().operation() == null);
        assertThat(number(c -> store.jobs().stopOperation("q", c))).isZero();
        assertThat(stats().queued()).isEqualTo(2);
    }

    @Test
    void deadLettersArePurged() {
        JobId purged = dead("tenant-a", "poison");
        dead("tenant-a", "status-400");
        JobFilter poison = new JobFilter("poison", null, null, 0, Long.MAX_VALUE);
        number(c -> store.jobs().operate("q", operation(QueueOperation.Action.PURGE, poison, 0), c));
        await().until(() -> stats().operation() == null && stats().deadLetters() == 1);
        assertThat(stats().totals().failed()).as("what happened, happened").isEqualTo(2);
        assertThat(count(TestStore.REDRIVE_ALL)).isEqualTo(new JobCount(1, 1, true));
        assertThat(refusal(TestStore.<byte[]>done(c -> store.reader().payload(purged, PayloadPart.REQUEST_BODY, c))))
                .isInstanceOf(StoreRefusal.PayloadGone.class);
        assertThat(store.job(purged).state()).isEqualTo(JobState.FAILED);
    }

    @Test
    void jobsThatWaitAreCanceled() {
        Job scheduled = store.submit(store.submission("x", new Timing(5, null, 60_000, 0), null, "tenant-a"));
        Job queued = store.submit(store.submission("y", Timing.NOW, null, "tenant-a"));
        Job other = store.submit(store.submission("z", Timing.NOW, null, "tenant-b"));
        store.time.advance(10);
        JobFilter ofTenant = new JobFilter(null, "tenant-a", null, 0, Long.MAX_VALUE);
        QueueOperation cancel = operation(QueueOperation.Action.CANCEL, ofTenant, 0);
        assertThat(count(cancel)).isEqualTo(new JobCount(2, 3, true));
        assertThat(number(c -> store.jobs().operate("q", cancel, c))).isEqualTo(3);
        await().until(() -> stats().operation() == null);
        assertThat(store.job(scheduled.id()).state()).isEqualTo(JobState.CANCELED);
        assertThat(store.job(queued.id()).state()).isEqualTo(JobState.CANCELED);
        assertThat(store.job(other.id()).state()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void jobsOfOneOrderingKeyAreCanceledThoughEachBecomesReadyMeanwhile() {
        List<Job> line = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            line.add(store.submit(store.submission("in line", new Timing(5, "customer", 0, 0), null, "tenant-a")));
        }
        store.time.advance(10);
        QueueOperation cancel = operation(QueueOperation.Action.CANCEL, JobFilter.ALL, 0);
        number(c -> store.jobs().operate("q", cancel, c));
        // What comes later is not meant.
        store.time.advance(1);
        Job later = store.submit(store.submission("later", new Timing(5, "customer", 0, 0), null, "tenant-a"));
        await().until(() -> stats().operation() == null);
        assertThat(line).allMatch(job -> store.job(job.id()).state() == JobState.CANCELED);
        assertThat(store.job(later.id()).state()).isEqualTo(JobState.QUEUED);
        assertThat(store.leaseOne().job().id()).isEqualTo(later.id());
    }

    @Test
    void aJobWhoseDelayEndsWhileAllAreCanceledIsCanceledToo() {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            jobs.add(store.submit(store.submission("x", new Timing(5, null, 60_000, 0), null, "tenant-a")));
        }
        Job soon = store.submit(store.submission("soon", new Timing(5, null, 1_500, 0), null, "tenant-a"));
        store.time.advance(10);
        number(c -> store.jobs().operate("q", operation(QueueOperation.Action.CANCEL, JobFilter.ALL, 2), c));
        store.pass(2_000);
        assertThat(store.job(soon.id()).state()).isEqualTo(JobState.QUEUED);
        for (int i = 0; i < 12; i++) {
            store.pass(500);
        }
        await().until(() -> stats().operation() == null);
        jobs.add(soon);
        assertThat(jobs).allMatch(job -> store.job(job.id()).state() == JobState.CANCELED);
    }

    @Test
    void nothingIsRedrivenWhileTheDiskIsLow() {
        JobId dead = dead("tenant-a", "status-400");
        store.seam().usableBytes(0);
        store.pass(1_001);
        number(c -> store.jobs().operate("q", TestStore.REDRIVE_ALL, c));
        store.pass(3_000);
        assertThat(requireNonNull(stats().operation()).done()).isZero();
        assertThat(store.job(dead).redrivenAs()).isNull();
        store.seam().usableBytes(Long.MAX_VALUE);
        store.pass(1_001);
        store.pass(1_001);
        await().until(() -> stats().operation() == null);
        assertThat(store.job(dead).redrivenAs()).isNotNull();
    }

    @Test
    void aTenantIsNotRefusedForWhatOthersLeftLying() {
        for (int i = 0; i < 20; i++) {
            store.submit(store.submission("greedy", Timing.NOW, null, "tenant-a"));
        }
        assertThat(refusal(store.submitLater(atMostAhead(15, "tenant-a", Timing.NOW))))
                .isEqualTo(new StoreRefusal.TooManyAhead("q", 20, 15));
        assertThat(value(store.submitLater(atMostAhead(15, "tenant-a", new Timing(9, null, 0, 0))))
                        .isNew())
                .as("before the others of its tenant")
                .isTrue();
        for (int i = 0; i < 3; i++) {
            store.submit(store.submission("modest", Timing.NOW, null, "tenant-b"));
        }
        assertThat(value(store.submitLater(atMostAhead(6, "tenant-b", Timing.NOW)))
                        .isNew())
                .as("three of its own, by turns with as many of the other's")
                .isTrue();
        assertThat(refusal(store.submitLater(atMostAhead(6, "tenant-b", Timing.NOW))))
                .isEqualTo(new StoreRefusal.TooManyAhead("q", 8, 6));
    }

    private Submission atMostAhead(long aheadMax, String tenant, Timing timing) {
        return store.submission("impatient", timing, null, tenant, null, aheadMax);
    }

    @Test
    void onlyWhatAWorkerMadeToItsEndTellsHowLongAttemptsTake() {
        store.submit(store.submission("given back"));
        Lease lease = store.leaseOne();
        store.time.advance(20_000);
        value(TestStore.<Job>done(c -> store.jobs().release(lease.key(), 0, c)));
        assertThat(stats().attemptMs()).as("given back").isZero();
        Lease again = store.leaseOne();
        store.restart();
        assertThat(store.job(again.job().id()).state()).isEqualTo(JobState.QUEUED);
        assertThat(stats().attemptMs()).as("reclaimed").isZero();
        store.pass(60_000);
        Lease last = store.leaseAll(1).getFirst();
        store.time.advance(700);
        store.complete(last, "done");
        assertThat(stats().attemptMs()).isBetween(700L, 800L);
    }

    @Test
    void aQueueThePolicyNoLongerNamesIsOrphanedAndComesBack() {
        Job job = store.submit(store.submission("waits"));
        store.configure(Map.of("other", SETTINGS));
        assertThat(refusal(store.submitLater(store.submission("refused"))))
                .isEqualTo(new StoreRefusal.QueueMissing("q"));
        assertThat(refusal(store.leaseLater(1))).isEqualTo(new StoreRefusal.QueueMissing("q"));
        assertThat(stats().orphaned()).isTrue();
        assertThat(store.job(job.id()).state()).isEqualTo(JobState.QUEUED);
        store.configure(Map.of("q", SETTINGS));
        assertThat(store.leaseOne().key().job()).isEqualTo(job.id());
    }

    @Test
    void aRepeatFindsItsJobInAQueueThePolicyNoLongerNames() {
        Idempotency key = key("k", "same");
        Job job = store.submit(store.submission("same", Timing.NOW, key, "tenant-a"));
        store.configure(Map.of("other", SETTINGS));
        store.restart();

        Submitted repeat = value(store.submitLater(store.submission("same", Timing.NOW, key, "tenant-a")));
        assertThat(repeat.isNew()).isFalse();
        assertThat(repeat.job().id()).isEqualTo(job.id());
    }

    @Test
    void anOlderGenerationIsRefused() {
        number(c -> store.jobs().configure(Map.of("q", SETTINGS), 7, c));
        assertThat(refusal(TestStore.<Long>done(c -> store.jobs().configure(Map.of(), 6, c))))
                .isEqualTo(new StoreRefusal.OldGeneration(6, 7));
        assertThat(store.reader().health().generation()).isEqualTo(7);
        store.restart();
        assertThat(store.reader().health().generation()).isEqualTo(7);
    }

    @Test
    void statsCountEveryStateAndSurviveARestart() {
        store.submit(store.submission("a"));
        store.submit(store.submission("b"));
        store.submit(store.submission("c"));
        List<Lease> leases = store.lease(2);
        store.complete(leases.getFirst(), "done");
        value(store.failLater(leases.getLast(), Failure.fatal("status-400", null)));
        QueueStats before = stats();
        assertThat(before.queued()).isEqualTo(1);
        assertThat(before.running()).isZero();
        assertThat(before.deadLetters()).isEqualTo(1);
        assertThat(before.oldestReadyMs()).isEqualTo(ManualTime.START_MS);
        assertThat(before.waitingBytes()).isEqualTo(bytes("POST /3").length + 1);
        assertThat(before.totals()).isEqualTo(new QueueStats.Totals(3, 2, 0, 1, 1, 0, 0));
        store.restart();
        assertThat(stats().totals()).isEqualTo(before.totals());
        assertThat(stats().deadLetters()).isEqualTo(1);
    }

    @Test
    void listsArePagedInOrderOfChange() {
        List<JobId> submitted = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            submitted.add(store.submit(store.submission("job " + i)).id());
            store.time.advance(1);
        }
        stats();
        List<JobId> listed = new ArrayList<>();
        String cursor = null;
        do {
            JobPage page = page(cursor);
            assertThat(page.jobs().size()).isLessThanOrEqualTo(3);
            page.jobs().forEach(job -> listed.add(job.id()));
            cursor = page.next();
        } while (cursor != null);
        assertThat(listed).containsExactlyElementsOf(submitted);
        assertThatThrownBy(() -> page("00ff")).isInstanceOf(IllegalArgumentException.class);
    }

    private JobPage page(@Nullable String cursor) {
        return value(TestStore.<JobPage>done(c -> store.reader().list("q", JobState.QUEUED, cursor, 3, c)));
    }

    @Test
    void positionCountsTheJobsAhead() {
        JobId last = new JobId(0, 0);
        for (int i = 0; i < 5; i++) {
            last = store.submit(store.submission("job " + i)).id();
        }
        store.lease(2);
        JobId id = last;
        assertThat(value(TestStore.<Integer>done(c -> store.reader().position(id, c))))
                .isEqualTo(2);
    }

    @Test
    void everyDeadLetterIsRedrivenInStepsAcrossARestart() {
        store.configure(Map.of("q", wide()));
        for (int i = 0; i < 100; i++) {
            store.submit(store.submission("dead " + i));
        }
        for (Lease lease : store.leaseAll(100)) {
            value(store.failLater(lease, Failure.fatal("status-400", null)));
        }
        number(c -> store.jobs().pause("q", Pause.Side.DISPATCH, "nobody is awake", 0, c));
        store.time.advance(10);
        assertThat(number(c -> store.jobs().operate("q", TestStore.REDRIVE_ALL, c)))
                .isEqualTo(100);
        store.restart();
        await().until(() -> {
            QueueStats now = stats();
            return now.operation() == null && now.deadLetters() == 0;
        });
        assertThat(stats().queued()).isEqualTo(100);
        number(c -> store.jobs().resume("q", Pause.Side.DISPATCH, c));
        assertThat(store.leaseAll(100))
                .allSatisfy(lease -> assertThat(lease.job().redriveOf()).isNotNull());
    }

    @Test
    void deadLettersThatExpireWhileAllAreRedrivenArePassedOver() {
        JobId old = dead("tenant-a", "status-400");
        JobId recent = dead("tenant-a", "status-400");
        store.seam().hold();
        var started = TestStore.<Long>done(c -> store.jobs().operate("q", TestStore.REDRIVE_ALL, c));
        store.seam().awaitHeld();
        store.time.advance(20_100);
        store.seam().release();

        assertThat(value(started)).isEqualTo(2);
        await().until(() -> stats().operation() == null);
        assertThat(stats().queued()).isZero();
        for (JobId id : List.of(old, recent)) {
            assertThat(store.job(id).sizes().payloadGone()).isTrue();
            assertThat(store.job(id).redrivenAs()).isNull();
        }
        assertThat(store.seam().opened()).isEqualTo(1);
    }

    @Test
    void aQueueDeeperThanItsCacheIsGivenOutOnceAndInOrder() {
        store.settings(new StoreSettings(4_096, 64 << 20, 4_096, 0));
        store.configure(Map.of("q", wide()));
        List<JobId> submitted = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            List<CompletableFuture<Outcome<Submitted>>> window = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                window.add(store.submitLater(store.submission("deep")));
            }
            window.forEach(future -> submitted.add(value(future).job().id()));
        }
        List<JobId> leased = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            for (Lease lease : store.leaseAll(500)) {
                leased.add(lease.key().job());
                store.completeLater(lease, "done");
            }
            // What joins while the rest is on disk only must wait for its turn.
            submitted.add(store.submit(store.submission("late")).id());
        }
        store.leaseAll(20).forEach(lease -> leased.add(lease.key().job()));
        assertThat(leased).containsExactlyElementsOf(submitted);
        assertThat(store.lease(1)).isEmpty();
    }

    private static QueueSettings wide() {
        return new QueueSettings(
                1_000,
                60_000,
                SETTINGS.retry(),
                SETTINGS.tenants(),
                SETTINGS.limits(),
                new QueueSettings.Retention(86_400_000, 86_400_000));
    }

    @Test
    void auditEntriesAreDenseChainedAndDurable() throws NoSuchAlgorithmException {
        for (int i = 0; i < 5; i++) {
            int number = i;
            assertThat(number(c -> store.jobs().append("audit", bytes("change " + number), c)))
                    .isEqualTo(number);
        }
        store.restart();
        assertThat(number(c -> store.jobs().append("audit", bytes("change 5"), c)))
                .isEqualTo(5);
        TopicPage page = value(TestStore.<TopicPage>done(c -> store.reader().topic("audit", 0, 100, c)));
        assertThat(page.next()).isEqualTo(6);
        byte[] before = new byte[32];
        for (TopicPage.Entry entry : page.entries()) {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(before);
            sha.update(ByteBuffer.allocate(8).putLong(entry.atMs()).flip());
            assertThat(entry.hash()).isEqualTo(sha.digest(entry.bytes()));
            before = entry.hash();
        }
        assertThat(page.entries()).extracting(TopicPage.Entry::offset).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    private List<Long> latest(String topic, int limit) {
        TopicPage page = value(TestStore.<TopicPage>done(c -> store.reader().latest(topic, limit, c)));
        return page.entries().stream().map(TopicPage.Entry::offset).toList();
    }

    @Test
    void theLatestEntriesOfATopicAreFoundWithoutAnOffset() {
        assertThat(latest("audit", 3)).isEmpty();
        for (int i = 0; i < 5; i++) {
            assertThat(number(c -> store.jobs().append("audit", bytes("change"), c)))
                    .isEqualTo(i);
            assertThat(number(c -> store.jobs().append("other", bytes("noise"), c)))
                    .isEqualTo(i);
        }
        assertThat(latest("audit", 3)).containsExactly(2L, 3L, 4L);
        assertThat(latest("audit", 100)).containsExactly(0L, 1L, 2L, 3L, 4L);
        store.restart();
        assertThat(latest("audit", 1)).containsExactly(4L);
    }

    @Test
    void aFullRingRefusesSubmitsBeforeCompletions() {
        store.settings(new StoreSettings(64, 4 << 20, 4_096, 0));
        store.submit(store.submission("early"));
        Lease lease = store.leaseOne();
        store.seam().hold();
        store.submitLater(store.submission("held"));
        store.seam().awaitHeld();
        List<StoreRefusal> refusals = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            store.jobs().submit(store.submission("more"), outcome -> {
                if (outcome instanceof Outcome.Refused<?> refused) {
                    refusals.add(refused.refusal());
                }
            });
        }
        assertThat(refusals).hasSizeGreaterThan(10).allMatch(StoreRefusal.Busy.class::isInstance);
        var completion = store.completeLater(lease, "done");
        store.seam().release();
        assertThat(value(completion).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void theIntakeBudgetIsGivenBack() {
        store.settings(new StoreSettings(64, 2 << 20, 4_096, 0));
        String large = "x".repeat(900_000);
        for (int round = 0; round < 3; round++) {
            store.seam().hold();
            var first = store.submitLater(store.submission(large));
            store.seam().awaitHeld();
            assertThat(refusal(store.submitLater(store.submission(large))))
                    .isInstanceOf(StoreRefusal.IntakePaused.class);
            store.seam().release();
            value(first);
        }
    }
}
