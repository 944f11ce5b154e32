package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.offload.Dedup;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Of jobs about the same thing that wait, one is enough.
final class DedupTest {
    private static final Dedup FIRST = new Dedup("doc-1", Dedup.Mode.KEEP_FIRST, 0);
    private static final Dedup LAST = new Dedup("doc-1", Dedup.Mode.REPLACE_QUEUED, 0);
    private static final Dedup QUIET = new Dedup("doc-1", Dedup.Mode.DEBOUNCE, 5_000);

    private final TestStore store = TestStore.withQueue();

    @AfterEach
    void close() {
        store.close();
    }

    private Submitted submit(Dedup dedup) {
        return value(store.submitLater(submission(dedup, Timing.NOW, "tenant-a")));
    }

    private Submission submission(Dedup dedup, Timing timing, String tenant) {
        Submission plain = store.submission("x", timing, null, tenant);
        return TestStore.with(plain, plain.requestBody(), null, dedup);
    }

    @Test
    void theJobThatWaitsStandsForTheNext() {
        Submitted first = submit(FIRST);
        Submitted second = submit(FIRST);
        assertThat(first.how()).isEqualTo(Submitted.How.ACCEPTED);
        assertThat(second.how()).isEqualTo(Submitted.How.DEDUPLICATED);
        assertThat(second.job().id()).isEqualTo(first.job().id());
        store.restart();
        assertThat(submit(FIRST).job().id()).isEqualTo(first.job().id());
        assertThat(store.leaseAll(1)).hasSize(1);
        assertThat(store.lease(1)).isEmpty();
    }

    @Test
    void aJobThatRunsOrHasRunStandsForNobody() {
        Submitted first = submit(FIRST);
        Lease lease = store.leaseOne();
        Submitted second = submit(FIRST);
        assertThat(second.isNew()).isTrue();
        value(store.failLater(lease, Failure.retryable("status-503")));
        assertThat(submit(FIRST).job().id())
                .as("it waits again, and somebody has begun to work on it")
                .isEqualTo(second.job().id());
        store.complete(store.leaseOne(), "done");
        assertThat(submit(FIRST).job().id())
                .isNotIn(first.job().id(), second.job().id());
    }

    @Test
    void tenantsAndKeysAreAmongThemselves() {
        Submitted first = submit(FIRST);
        Submitted other = value(store.submitLater(submission(FIRST, Timing.NOW, "tenant-b")));
        Submitted another = submit(new Dedup("doc-2", Dedup.Mode.KEEP_FIRST, 0));
        assertThat(other.isNew()).isTrue();
        assertThat(another.isNew()).isTrue();
        assertThat(submit(FIRST).job().id()).isEqualTo(first.job().id());
    }

    @Test
    void theNewJobTakesTheTurnOfTheOneThatWaits() {
        Submitted first = submit(LAST);
        Submitted second = submit(LAST);
        assertThat(second.isNew()).isTrue();
        Job replaced = store.job(first.job().id());
        assertThat(replaced.state()).isEqualTo(JobState.CANCELED);
        assertThat(replaced.reason()).isEqualTo("replaced");
        assertThat(store.leaseOne().job().id()).isEqualTo(second.job().id());
    }

    @Test
    void aJobAtTheHeadOfItsLineIsReplacedWithoutHoldingTheLineUp() {
        Timing line = new Timing(5, "customer", 0, 0);
        value(store.submitLater(submission(LAST, line, "tenant-a")));
        Submitted second = value(store.submitLater(submission(LAST, line, "tenant-a")));
        assertThat(store.leaseOne().job().id()).isEqualTo(second.job().id());
    }

    @Test
    void whatIsRefusedReplacesNothing() {
        Submitted first = submit(LAST);
        QueueSettings now = TestStore.SETTINGS;
        store.configure(Map.of(
                "q",
                new QueueSettings(
                        now.concurrency(),
                        now.attemptTimeoutMs(),
                        now.retry(),
                        QueueSettings.Tenants.ALIKE,
                        new QueueSettings.Limits(1, 1 << 20, 1 << 20, 1 << 20),
                        now.retention())));
        assertThat(refusal(store.submitLater(submission(LAST, Timing.NOW, "tenant-a"))))
                .isInstanceOf(StoreRefusal.QueueFull.class);
        assertThat(store.job(first.job().id()).state()).isEqualTo(JobState.QUEUED);
        assertThat(store.leaseOne().job().id()).isEqualTo(first.job().id());
    }

    @Test
    void eachWaitsForTheNext() {
        submit(QUIET);
        store.pass(4_000);
        submit(QUIET);
        store.pass(4_000);
        Submitted last = submit(QUIET);
        assertThat(last.job().state()).isEqualTo(JobState.SCHEDULED);
        assertThat(store.lease(1)).isEmpty();
        store.pass(4_900);
        assertThat(store.lease(1)).isEmpty();
        store.pass(200);
        assertThat(store.leaseOne().job().id()).isEqualTo(last.job().id());
        store.pass(60_000);
        assertThat(store.lease(1)).isEmpty();
    }

    @Test
    void aRepeatMustFindItsOwnJob() {
        Submission keyed = store.submission("x", Timing.NOW, TestStore.key("k", "x"), "tenant-a");
        assertThatThrownBy(() -> TestStore.with(keyed, keyed.requestBody(), keyed.idempotency(), FIRST))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
