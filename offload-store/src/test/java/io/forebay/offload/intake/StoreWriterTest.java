package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.key;
import static io.forebay.offload.intake.TestStore.outcome;
import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreHealth;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import io.forebay.offload.storage.CommitSeam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The promises of one writer that replays at once and answers late.
final class StoreWriterTest {
    private final TestStore store = TestStore.withQueue();

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void twoSubmitsWithOneKeyInOneBatchAreOneJob() {
        List<CompletableFuture<Outcome<Submitted>>> both = new ArrayList<>();
        store.inOneBatch(s -> {
            both.add(s.submitLater(s.submission("same", Timing.NOW, key("k", "same"), "tenant-a")));
            both.add(s.submitLater(s.submission("same", Timing.NOW, key("k", "same"), "tenant-a")));
        });

        Submitted first = value(both.get(0));
        Submitted second = value(both.get(1));
        assertThat(second.job().id()).isEqualTo(first.job().id());
        assertThat(first.isNew()).isTrue();
        assertThat(second.isNew()).isFalse();
        assertThat(store.batchSizes).contains(2);
        assertThat(store.lease(2)).hasSize(1);
    }

    @Test
    void twoLeasesOfOneJobInOneBatchGiveItOnce() {
        store.submit(store.submission("only"));
        List<CompletableFuture<Outcome<LeaseBatch>>> both = new ArrayList<>();
        store.inOneBatch(s -> {
            both.add(s.leaseLater(1));
            both.add(s.leaseLater(1));
        });

        assertThat(value(both.get(0)).leases()).hasSize(1);
        assertThat(value(both.get(1)).leases()).isEmpty();
        assertThat(store.batchSizes).contains(2);
    }

    @Test
    void cancelThenLeaseInOneBatchLeasesNothing() {
        Job job = store.submit(store.submission("doomed"));
        List<CompletableFuture<Outcome<LeaseBatch>>> lease = new ArrayList<>();
        List<CompletableFuture<Outcome<Job>>> cancel = new ArrayList<>();
        store.inOneBatch(s -> {
            cancel.add(s.cancelLater(job.id()));
            lease.add(s.leaseLater(1));
        });

        assertThat(value(cancel.getFirst()).state()).isEqualTo(JobState.CANCELED);
        assertThat(value(lease.getFirst()).leases()).isEmpty();
    }

    @Test
    void leaseThenCancelInOneBatchFencesTheLease() {
        Job job = store.submit(store.submission("doomed"));
        List<CompletableFuture<Outcome<LeaseBatch>>> lease = new ArrayList<>();
        store.inOneBatch(s -> {
            lease.add(s.leaseLater(1));
            s.cancelLater(job.id());
        });

        Lease stale = value(lease.getFirst()).leases().getFirst();
        assertThat(refusal(store.completeLater(stale, "late"))).isInstanceOf(StoreRefusal.StaleEpoch.class);
        assertThat(store.job(job.id()).state()).isEqualTo(JobState.CANCELED);
        assertThat(store.changes).contains(job.id() + " CANCELED");
    }

    @Test
    void afterAFailedCommitTheSameCommandsSucceedOnce() {
        afterAFailedCommit(CommitSeam.Fault.LOST);
    }

    @Test
    void afterACommitThatFailedOnceWrittenTheSameCommandsSucceedOnce() {
        afterAFailedCommit(CommitSeam.Fault.WRITTEN_BUT_FAILED);
    }

    private void afterAFailedCommit(CommitSeam.Fault fault) {
        Job before = store.submit(store.submission("before"));
        Submission keyed = store.submission("keyed", Timing.NOW, key("k", "keyed"), "tenant-a");
        Submission plain = store.submission("plain");
        List<CompletableFuture<Outcome<Submitted>>> both = new ArrayList<>();
        store.inOneBatch(s -> {
            both.add(s.submitLater(keyed));
            both.add(s.submitLater(plain));
        });
        both.forEach(TestStore::outcome);
        int opened = store.seam().opened();
        store.seam().failNext(fault);
        Submission third = store.submission("third");
        assertThat(refusal(store.submitLater(third))).isEqualTo(new StoreRefusal.Unavailable("a write failed", true));

        assertThat(value(store.submitLater(third)).job().id()).isEqualTo(third.id());
        assertThat(value(store.submitLater(keyed)).isNew()).isFalse();
        assertThat(store.seam().opened()).isEqualTo(opened + 1);
        assertThat(store.job(before.id()).state()).isEqualTo(JobState.QUEUED);
        assertThat(store.leaseAll(4))
                .extracting(lease -> lease.key().job())
                .containsExactly(before.id(), keyed.id(), plain.id(), third.id());
        assertThat(store.lease(1)).isEmpty();
    }

    @Test
    void listenersHearBeforeTheAnswer() throws Exception {
        Submission job = store.submission("told");
        CompletableFuture<Boolean> wasTold = new CompletableFuture<>();
        store.jobs()
                .submit(
                        job,
                        outcome ->
                                wasTold.complete(store.changes.contains(job.id().text() + " QUEUED")));
        assertThat(wasTold.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aReopenInALivingProcessCutsAttemptsOffAsARestartDoes() {
        Job job = store.submit(store.submission("running"));
        Lease cutOff = store.leaseOne();
        store.changes.clear();
        store.seam().failNext(CommitSeam.Fault.LOST);
        assertThat(refusal(store.completeLater(cutOff, "lost"))).isInstanceOf(StoreRefusal.Unavailable.class);

        assertThat(refusal(store.completeLater(cutOff, "late"))).isInstanceOf(StoreRefusal.StaleEpoch.class);
        assertThat(store.changes).containsExactly(job.id() + " QUEUED");
        assertThat(store.job(job.id()).reason()).isEqualTo("interrupted");
        assertThat(store.leaseAll(1).getFirst().attempt()).isEqualTo(2);
    }

    @Test
    void everyCommandOfAFailedBatchIsRefusedAndNothingOfItRemains() {
        List<CompletableFuture<Outcome<Submitted>>> failed = new ArrayList<>();
        store.seam().failAfter(1, CommitSeam.Fault.LOST);
        store.inOneBatch(s -> {
            for (int i = 0; i < 5; i++) {
                failed.add(s.submitLater(s.submission("lost " + i)));
            }
        });

        for (CompletableFuture<Outcome<Submitted>> one : failed) {
            assertThat(refusal(one)).isInstanceOf(StoreRefusal.Unavailable.class);
        }
        assertThat(store.lease(1)).isEmpty();
        assertThat(store.changes).isEmpty();
        assertThat(store.seam().opened()).isEqualTo(2);
        assertThat(store.reader().health().condition()).isEqualTo(StoreHealth.Condition.OPEN);
    }

    @Test
    void aFullDiskIsSaidAndTheBallastIsGivenUp() {
        store.seam().failNext(CommitSeam.Fault.NO_SPACE);
        assertThat(refusal(store.submitLater(store.submission("too much")))).isInstanceOf(StoreRefusal.DiskFull.class);
        assertThat(store.seam().roomMade()).isEqualTo(1);
        assertThat(value(store.submitLater(store.submission("fits again"))).isNew())
                .isTrue();
    }

    @Test
    void aReopenOnAFullDiskGivesUpTheBallastAndSucceeds() {
        store.seam().fullUntilRoomIsMade();
        store.seam().failNext(CommitSeam.Fault.LOST);
        assertThat(refusal(store.submitLater(store.submission("lost")))).isInstanceOf(StoreRefusal.Unavailable.class);

        assertThat(value(store.submitLater(store.submission("fits"))).isNew()).isTrue();
        assertThat(store.seam().roomMade()).isEqualTo(1);
    }

    @Test
    void aStartOnAFullDiskGivesUpTheBallastAndSucceeds() {
        Job job = store.submit(store.submission("kept"));
        store.restart(CommitSeam::fullUntilRoomIsMade);

        assertThat(store.job(job.id()).state()).isEqualTo(JobState.QUEUED);
        assertThat(store.seam().roomMade()).isEqualTo(1);
    }

    @Test
    void aStartWhoseFirstCommitFindsTheDiskFullGivesUpTheBallastAndSucceeds() {
        Job job = store.submit(store.submission("running"));
        store.leaseOne();
        store.restart(seam -> seam.failNext(CommitSeam.Fault.NO_SPACE));

        assertThat(store.job(job.id()).state()).isEqualTo(JobState.QUEUED);
        assertThat(store.seam().roomMade()).isEqualTo(1);
        assertThat(store.seam().opened()).isEqualTo(2);
    }

    @Test
    void belowTheHardMarkSubmitsAreRefusedAndCompletionsPass() {
        store.submit(store.submission("early"));
        Lease lease = store.leaseOne();
        store.seam().usableBytes(0);
        store.pass(1_001);

        assertThat(refusal(store.submitLater(store.submission("late")))).isInstanceOf(StoreRefusal.DiskFull.class);
        assertThat(store.reader().health().condition()).isEqualTo(StoreHealth.Condition.DISK_LOW);
        assertThat(store.complete(lease, "done").state()).isEqualTo(JobState.SUCCEEDED);
        store.seam().usableBytes(Long.MAX_VALUE);
        store.pass(1_001);
        assertThat(value(store.submitLater(store.submission("again"))).isNew()).isTrue();
    }

    @Test
    void belowTheHardMarkARepeatStillFindsItsJob() {
        Submission keyed = store.submission("same", Timing.NOW, key("k", "same"), "tenant-a");
        store.submit(keyed);
        store.seam().usableBytes(0);
        store.pass(1_001);

        Submitted byId = value(store.submitLater(keyed));
        Submitted byKey = value(store.submitLater(store.submission("same", Timing.NOW, key("k", "same"), "tenant-a")));
        assertThat(List.of(byId, byKey)).allSatisfy(repeat -> {
            assertThat(repeat.isNew()).isFalse();
            assertThat(repeat.job().id()).isEqualTo(keyed.id());
        });
        assertThat(refusal(store.submitLater(store.submission("other", Timing.NOW, key("k", "other"), "tenant-a"))))
                .isEqualTo(new StoreRefusal.FingerprintMismatch(keyed.id()));
        assertThat(refusal(store.submitLater(store.submission("new")))).isInstanceOf(StoreRefusal.DiskFull.class);
    }

    @Test
    void aStalledWriteIsRepeatedUntilItPasses() {
        store.seam().stallNext(3);
        Job job = store.submit(store.submission("patient"));
        assertThat(store.job(job.id()).state()).isEqualTo(JobState.QUEUED);
        assertThat(store.seam().opened()).isEqualTo(1);
    }

    @Test
    void aCommandThatWouldStepOverTooManyDeletedKeysIsPutOff() {
        Timing inLine = new Timing(5, "line", 0, 0);
        store.submit(store.submission("first", inLine, null, "tenant-a"));
        Job second = store.submit(store.submission("second", inLine, null, "tenant-a"));
        Lease first = store.leaseOne();
        store.seam().nextScanIsTooLong();

        assertThat(refusal(store.completeLater(first, "done"))).isInstanceOf(StoreRefusal.Busy.class);
        assertThat(store.complete(first, "done").state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(store.leaseOne().key().job()).isEqualTo(second.id());
        assertThat(store.seam().opened()).isEqualTo(1);
    }

    @Test
    void afterAStallSubmitsGetHalfOfTheirShare() {
        IntakeBudget budget = new IntakeBudget(800);
        assertThat(budget.admits(24, 100)).isFalse();
        assertThat(budget.admits(28, 100)).isTrue();
        assertThat(budget.tryTake(600, false)).isTrue();
        assertThat(budget.tryTake(1, false)).isFalse();
        assertThat(budget.tryTake(200, true)).as("completions may use the rest").isTrue();
        budget.giveBack(800);
        budget.narrow(true);
        assertThat(budget.admits(28, 100)).isFalse();
        assertThat(budget.admits(64, 100)).isTrue();
        assertThat(budget.tryTake(301, false)).isFalse();
        assertThat(budget.tryTake(300, false)).isTrue();
    }

    @Test
    void noReplyLeavesBeforeItsCommit() {
        store.seam().hold();
        CompletableFuture<Outcome<Submitted>> held = store.submitLater(store.submission("held"));
        store.seam().awaitHeld();
        assertThat(held).isNotDone();
        assertThat(store.changes).isEmpty();
        store.seam().release();
        assertThat(outcome(held)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void whileTheStoreDoesNotOpenCommandsAreRefusedAtOnce() {
        store.seam().failOpens(1);
        store.seam().failNext(CommitSeam.Fault.LOST);
        assertThat(refusal(store.submitLater(store.submission("a")))).isInstanceOf(StoreRefusal.Unavailable.class);
        assertThat(refusal(store.submitLater(store.submission("b"))))
                .isInstanceOfSatisfying(
                        StoreRefusal.Unavailable.class,
                        refusal -> assertThat(refusal.mayBeDone()).isFalse());
        assertThat(store.reader().health().condition()).isEqualTo(StoreHealth.Condition.REOPENING);
        store.time.advance(501);
        assertThat(value(store.submitLater(store.submission("c"))).isNew()).isTrue();
    }

    @Test
    void anErrorInACommitStopsTheStoreForGood() {
        store.seam().failNext(CommitSeam.Fault.ERROR);
        assertThat(refusal(store.submitLater(store.submission("a"))))
                .isInstanceOfSatisfying(
                        StoreRefusal.Unavailable.class,
                        refusal -> assertThat(refusal.mayBeDone()).isTrue());

        assertStopped();
        store.time.advance(3_600_000);
        assertStopped();
        assertThat(store.seam().opened()).isEqualTo(1);
    }

    private void assertStopped() {
        assertThat(store.reader().health().condition()).isEqualTo(StoreHealth.Condition.CLOSED);
        assertThat(store.reader().health().detail()).contains("planted error");
        assertThat(refusal(store.submitLater(store.submission("more")))).isInstanceOf(StoreRefusal.Unavailable.class);
        assertThat(store.noJob(store.submission("x").id())).isInstanceOf(StoreRefusal.Unavailable.class);
    }

    @Test
    void anErrorInOneCommandAnswersEveryCommandOfTheBatch() {
        List<CompletableFuture<? extends Outcome<?>>> all = new ArrayList<>();
        store.inOneBatch(s -> {
            s.seam().failNextReadWithError();
            all.add(s.cancelLater(s.submission("unknown").id()));
            all.add(s.submitLater(s.submission("behind")));
        });

        for (CompletableFuture<? extends Outcome<?>> one : all) {
            assertThat(one).succeedsWithin(Duration.ofSeconds(20)).isInstanceOf(Outcome.Refused.class);
        }
        assertStopped();
    }

    @Test
    void anErrorWhileReopeningStopsTheStoreForGood() {
        store.seam().openWithError();
        store.seam().failNext(CommitSeam.Fault.LOST);
        assertThat(refusal(store.submitLater(store.submission("a")))).isInstanceOf(StoreRefusal.Unavailable.class);

        assertThat(refusal(store.submitLater(store.submission("b")))).isInstanceOf(StoreRefusal.Unavailable.class);
        assertStopped();
        assertThat(store.seam().opened()).isEqualTo(2);
    }

    @Test
    void aCompletionThatThrowsAnErrorHarmsNobodyElse() {
        List<CompletableFuture<Outcome<Submitted>>> next = new ArrayList<>();
        store.inOneBatch(s -> {
            s.jobs().cancel(s.submission("unknown").id(), outcome -> {
                throw new LinkageError("planted error");
            });
            next.add(s.submitLater(s.submission("next")));
        });

        assertThat(value(next.getFirst()).isNew()).isTrue();
        assertThat(store.reader().health().condition()).isEqualTo(StoreHealth.Condition.OPEN);
    }

    @Test
    void anErrorInAReadIsAnsweredAndTheStoreGoesOn() {
        Job job = store.submit(store.submission("readable"));
        store.seam().failNextReadWithError();
        assertThat(store.noJob(job.id())).isInstanceOf(StoreRefusal.Unavailable.class);

        assertThat(store.job(job.id()).state()).isEqualTo(JobState.QUEUED);
        assertThat(store.reader().health().condition()).isEqualTo(StoreHealth.Condition.OPEN);
    }

    @Test
    void aClosedStoreRefusesAndAnswersEverything() {
        store.close();
        assertThat(refusal(store.submitLater(store.submission("late")))).isInstanceOf(StoreRefusal.Unavailable.class);
        assertThat(store.noJob(store.submission("x").id())).isInstanceOf(StoreRefusal.class);
    }
}
