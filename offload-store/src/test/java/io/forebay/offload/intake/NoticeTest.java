package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.SETTINGS;
import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.Callback;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Notice;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Timing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Jobs whose end is to be told.
final class NoticeTest {
    private static final String URL = "https://shop.test/hooks";

    private final TestStore store = new TestStore();

    @BeforeEach
    void configure() {
        store.configure(Map.of("q", SETTINGS, "notices", SETTINGS));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Submission called(Timing timing, String queue) {
        return store.submission("x", timing, null, "tenant-a", new Callback(queue, URL), Submission.AHEAD_ANY);
    }

    private Job submit() {
        return store.submit(called(Timing.NOW, "notices"));
    }

    private List<Job> notices(JobState state) {
        return value(TestStore.<JobPage>done(c -> store.reader().list("notices", state, null, 100, c)))
                .jobs();
    }

    private Notice onlyNotice() {
        List<Job> queued = notices(JobState.QUEUED);
        assertThat(queued).hasSize(1);
        return requireNonNull(queued.getFirst().notice());
    }

    /// After a restart it comes with the refill.
    private Lease leaseNotice() {
        LeaseRequest request = new LeaseRequest("notices", LeaseKind.PUSH, 1, 30_000, 7);
        return await().until(
                        () -> value(TestStore.<LeaseBatch>done(c -> store.jobs().lease(request, c)))
                                .leases(),
                        leases -> !leases.isEmpty())
                .getFirst();
    }

    @Test
    void theEndOfAJobIsAJobOfItsOwn() {
        Job job = submit();
        assertThat(notices(JobState.QUEUED)).isEmpty();
        Job done = store.complete(store.leaseOne(), "answer");
        Job told = notices(JobState.QUEUED).getFirst();
        assertThat(told.notice())
                .isEqualTo(new Notice(
                        URL,
                        job.id(),
                        "q",
                        JobState.SUCCEEDED,
                        "",
                        1,
                        200,
                        job.times().createdMs(),
                        done.times().startedMs(),
                        done.times().finishedMs(),
                        done.times().expiresMs()));
        assertThat(told.caller()).isEqualTo(job.caller());
        assertThat(told.route()).isEqualTo(job.route());
        assertThat(told.traceId()).isEqualTo(job.traceId());
        assertThat(told.id()).isNotEqualTo(job.id());
        assertThat(store.job(job.id()).notice()).isNull();
    }

    @Test
    void everyWayOutIsTold() {
        submit();
        value(store.failLater(store.leaseOne(), Failure.fatal("status-404", null)));
        assertThat(onlyNotice().state()).isEqualTo(JobState.FAILED);
        assertThat(onlyNotice().reason()).isEqualTo("status-404");
        store.complete(leaseNotice(), "");

        store.cancel(submit().id());
        assertThat(onlyNotice().state()).isEqualTo(JobState.CANCELED);
        store.complete(leaseNotice(), "");

        store.submit(called(new Timing(5, null, 0, store.time.wallMs() + 1_000), "notices"));
        store.pass(1_001);
        store.pass(1);
        assertThat(onlyNotice().state()).isEqualTo(JobState.EXPIRED);
        assertThat(notices(JobState.SUCCEEDED))
                .as("the end of a notice is told to nobody")
                .hasSize(2);
    }

    @Test
    void anAttemptThatIsFollowedByAnotherIsNoEnd() {
        submit();
        value(store.failLater(store.leaseOne(), Failure.retryable("status-503")));
        assertThat(notices(JobState.QUEUED)).isEmpty();
    }

    @Test
    void aNoticeSurvivesARestartAndIsRedrivenAsItWas() {
        submit();
        store.complete(store.leaseOne(), "answer");
        store.restart();
        Notice notice = onlyNotice();
        Job failed = value(store.failLater(leaseNotice(), Failure.fatal("status-410", null)));
        Job again = value(TestStore.<Job>done(c -> store.jobs().redrive(failed.id(), c)));
        assertThat(again.notice()).isEqualTo(notice);
        assertThat(again.id()).isNotEqualTo(failed.id());
    }

    @Test
    void aDeadLetterThatIsRedrivenTellsOfItsEndToo() {
        Job job = submit();
        value(store.failLater(store.leaseOne(), Failure.fatal("status-404", null)));
        store.complete(leaseNotice(), "");
        Job again = value(TestStore.<Job>done(c -> store.jobs().redrive(job.id(), c)));
        store.complete(store.leaseOne(), "answer");
        assertThat(onlyNotice().job()).isEqualTo(again.id());
    }

    @Test
    void aQueueThatIsNotThereIsFoundOutAtSubmit() {
        assertThat(refusal(store.submitLater(called(Timing.NOW, "nowhere"))))
                .isEqualTo(new StoreRefusal.QueueMissing("nowhere"));
    }

    /// The end of one job makes two others ready at once, in a part of the queue that was empty before.
    @Test
    void aJobThatWaitsBehindOneThatEndsIsNotLostWhereNoticesShareTheirQueue() {
        store.submit(called(new Timing(9, "customer", 0, 0), "q"));
        Job waiting = store.submit(store.submission("y", new Timing(5, "customer", 0, 0), null, "tenant-a"));
        store.complete(store.leaseOne(), "answer");
        store.restart();
        assertThat(store.leaseAll(2))
                .extracting(
                        lease -> lease.job().id().equals(waiting.id()),
                        lease -> lease.job().notice() != null)
                .containsExactlyInAnyOrder(tuple(true, false), tuple(false, true));
    }
}
