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
import io.forebay.offload.JobId;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoreSettings;
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
        number(c -> store.jobs().pause("q", c));
        store.submit(store.submission("waits"));
        assertThat(store.lease(1)).isEmpty();
        assertThat(stats().paused()).isTrue();
        store.restart();
        assertThat(store.lease(1)).as("a pause survives a restart").isEmpty();
        store.readySignals.clear();
        number(c -> store.jobs().resume("q", c));
        await().until(() -> store.lease(1).size() == 1);
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
        assertThat(repeat.replayed()).isTrue();
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
        number(c -> store.jobs().pause("q", c));
        store.time.advance(10);
        assertThat(number(c -> store.jobs().redriveAll("q", c))).isEqualTo(100);
        store.restart();
        await().until(() -> {
            QueueStats now = stats();
            return !now.redriving() && now.deadLetters() == 0;
        });
        assertThat(stats().queued()).isEqualTo(100);
        number(c -> store.jobs().resume("q", c));
        assertThat(store.leaseAll(100))
                .allSatisfy(lease -> assertThat(lease.job().redriveOf()).isNotNull());
    }

    @Test
    void aDeadLetterErasedWhileAllAreRedrivenIsPassedOver() {
        Job old = store.submit(store.submission("old"));
        value(store.failLater(store.leaseOne(), Failure.fatal("status-400", null)));
        store.pass(20_100);
        Job recent = store.submit(store.submission("recent"));
        value(store.failLater(store.leaseOne(), Failure.fatal("status-400", null)));
        store.seam().hold();
        var started = TestStore.<Long>done(c -> store.jobs().redriveAll("q", c));
        store.seam().awaitHeld();
        store.time.advance(3_600_100);
        store.seam().release();

        assertThat(value(started)).isEqualTo(2);
        await().until(() -> !stats().redriving());
        assertThat(store.noJob(old.id())).isInstanceOf(StoreRefusal.NotFound.class);
        assertThat(store.job(recent.id()).sizes().payloadGone()).isTrue();
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
                SETTINGS.tenantWeights(),
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
