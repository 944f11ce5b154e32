package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.key;
import static io.forebay.offload.intake.TestStore.outcome;
import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.offload.Content;
import io.forebay.offload.Dedup;
import io.forebay.offload.Idempotency;
import io.forebay.offload.JobState;
import io.forebay.offload.JobStore;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Many jobs in one commit, or none of them.
class BatchSubmitTest {
    private final TestStore store = TestStore.withQueue();

    @AfterEach
    void close() {
        store.close();
    }

    private CompletableFuture<Outcome<List<Submitted>>> batch(List<Submission> items) {
        return TestStore.done(completion -> store.jobs().submitAll(items, completion));
    }

    private CompletableFuture<Outcome<List<Submitted>>> batch(Submission... items) {
        return batch(List.of(items));
    }

    private Submission item(String body, @Nullable Idempotency key) {
        return store.submission(body, new Timing(5, null, 0, 0), key, "tenant-a");
    }

    private Submission dedup(String body) {
        return TestStore.with(
                item(body, null),
                Content.of(TestStore.bytes(body)),
                null,
                new Dedup("k", Dedup.Mode.REPLACE_QUEUED, 0));
    }

    private void limit(QueueSettings.Tenants tenants, QueueSettings.Limits limits) {
        QueueSettings settings = QueueSettings.DEFAULT;
        store.configure(Map.of(
                "q",
                new QueueSettings(
                        settings.concurrency(),
                        settings.attemptTimeoutMs(),
                        settings.retry(),
                        tenants,
                        limits,
                        settings.retention())));
    }

    /// How many jobs came since the last time.
    private int arrived() {
        return store.lease(16).size();
    }

    @Test
    void allAreAcceptedInTheirOrder() {
        List<Submission> items = IntStream.range(0, JobStore.BATCH_JOBS_MAX)
                .mapToObj(i -> item("body " + i, null))
                .toList();
        List<Submitted> accepted = value(batch(items));
        assertThat(accepted).extracting(Submitted::how).containsOnly(Submitted.How.ACCEPTED);
        assertThat(accepted)
                .extracting(submitted -> submitted.job().id())
                .containsExactlyElementsOf(items.stream().map(Submission::id).toList());
        for (Submission item : items.subList(0, 40)) {
            Lease lease = store.leaseOne();
            assertThat(lease.key().job()).isEqualTo(item.id());
            store.complete(lease, "done");
        }
        store.restart();
        assertThat(store.job(items.getLast().id()).state()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void noneIsAcceptedIfTheLastHasNoRoom() {
        limit(QueueSettings.Tenants.ALIKE, new QueueSettings.Limits(3, 1 << 20, 1 << 20, 1 << 20));
        store.submit(store.submission("there"));
        assertThat(refusal(batch(item("1", null), item("2", null), item("3", null))))
                .isEqualTo(new StoreRefusal.OfItem(2, new StoreRefusal.QueueFull("q", 3)));
        assertThat(arrived()).isOne();
        assertThat(value(batch(item("1", null), item("2", null)))).hasSize(2);
    }

    @Test
    void bytesAreAddedUp() {
        Submission one = item("x".repeat(1_000), null);
        limit(QueueSettings.Tenants.ALIKE, new QueueSettings.Limits(100, 2 * one.payloadBytes(), 1 << 20, 1 << 20));
        assertThat(refusal(batch(one, item("x".repeat(1_000), null), item("", null))))
                .isEqualTo(new StoreRefusal.OfItem(2, new StoreRefusal.BytesFull("q", 2 * one.payloadBytes())));
        assertThat(arrived()).isZero();
    }

    @Test
    void whatATenantMayHoldIsAddedUp() {
        limit(new QueueSettings.Tenants(Map.of(), 2, Long.MAX_VALUE), QueueSettings.DEFAULT.limits());
        assertThat(refusal(batch(item("1", null), item("2", null), item("3", null))))
                .isInstanceOfSatisfying(StoreRefusal.OfItem.class, item -> {
                    assertThat(item.item()).isEqualTo(2);
                    assertThat(item.why()).isInstanceOf(StoreRefusal.TenantFull.class);
                });
        assertThat(arrived()).isZero();
    }

    @Test
    void aRepeatFindsTheSameJobsAndNeedsNoRoom() {
        limit(QueueSettings.Tenants.ALIKE, new QueueSettings.Limits(2, 1 << 20, 1 << 20, 1 << 20));
        List<Submitted> first = value(batch(item("1", key("a", "1")), item("2", key("b", "2"))));
        List<Submitted> again = value(batch(item("1", key("a", "1")), item("2", key("b", "2"))));
        assertThat(again).extracting(Submitted::how).containsOnly(Submitted.How.REPLAYED);
        assertThat(again)
                .extracting(submitted -> submitted.job().id())
                .containsExactlyElementsOf(
                        first.stream().map(submitted -> submitted.job().id()).toList());
        assertThat(refusal(batch(item("1", key("a", "1")), item("3", key("c", "3")))))
                .isEqualTo(new StoreRefusal.OfItem(1, new StoreRefusal.QueueFull("q", 2)));
    }

    @Test
    void oneKeyTwiceInABatchIsOneJobOrARefusal() {
        List<Submitted> both = value(batch(item("1", key("a", "1")), item("1", key("a", "1"))));
        assertThat(both).extracting(Submitted::how).containsExactly(Submitted.How.ACCEPTED, Submitted.How.REPLAYED);
        assertThat(arrived()).isOne();
        assertThat(refusal(batch(item("2", key("b", "2")), item("3", key("b", "3")))))
                .isInstanceOfSatisfying(
                        StoreRefusal.OfItem.class,
                        item -> assertThat(item.why()).isInstanceOf(StoreRefusal.FingerprintMismatch.class));
        assertThat(arrived()).isZero();
    }

    @Test
    void aLaterItemReplacesAnEarlierUnderItsDedupKey() {
        List<Submitted> accepted = value(batch(dedup("old"), dedup("new")));
        assertThat(accepted).hasSize(2);
        assertThat(store.job(accepted.getFirst().job().id()).state()).isEqualTo(JobState.CANCELED);
        assertThat(store.job(accepted.getLast().job().id()).state()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void otherTenantsThatWaitMakeNoDifferenceOnceItIsJudged() {
        for (int i = 0; i < 8; i++) {
            store.submit(store.submission("theirs", Timing.NOW, null, "tenant-" + i));
        }
        List<Submission> items = IntStream.range(0, 10)
                .mapToObj(_ -> store.submission("mine", Timing.NOW, null, "tenant-a", null, 12))
                .toList();
        // By itself the last would have ten of nine tenants each before it.
        assertThat(value(batch(items))).hasSize(10);
    }

    @Test
    void anOrderingKeyAdmitsTheFirstOfThemAlone() {
        Timing ordered = new Timing(5, "customer", 0, 0);
        List<Submission> items = new ArrayList<>();
        IntStream.range(0, 3).forEach(i -> items.add(store.submission("" + i, ordered, null, "tenant-a")));
        value(batch(items));
        for (Submission item : items) {
            Lease lease = store.leaseOne();
            assertThat(lease.key().job()).isEqualTo(item.id());
            assertThat(store.lease(1)).isEmpty();
            store.complete(lease, "done");
        }
    }

    @Test
    void aBatchThatIsTooLongIsTheCallersMistake() {
        List<Submission> items = Collections.nCopies(JobStore.BATCH_JOBS_MAX + 1, store.submission("x"));
        assertThatThrownBy(() -> batch(items)).isInstanceOf(IllegalArgumentException.class);
        assertThat(outcome(batch(store.submission("y")))).isInstanceOf(Outcome.Done.class);
    }
}
