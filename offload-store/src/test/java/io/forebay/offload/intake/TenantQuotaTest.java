package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.SETTINGS;
import static io.forebay.offload.intake.TestStore.key;
import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Dedup;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.Lease;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How much of a queue one tenant may have unfinished.
final class TenantQuotaTest {
    private static final long ANY = Long.MAX_VALUE;

    private final TestStore store = new TestStore();

    @AfterEach
    void close() {
        store.close();
    }

    private void limit(long depth, long bytes) {
        QueueSettings.Tenants tenants = new QueueSettings.Tenants(Map.of(), depth, bytes);
        store.configure(Map.of(
                "q",
                new QueueSettings(100, 60_000, SETTINGS.retry(), tenants, SETTINGS.limits(), SETTINGS.retention())));
    }

    private Submission by(String tenant) {
        return store.submission("body", Timing.NOW, null, tenant);
    }

    private void isFull(String tenant) {
        assertThat(refusal(store.submitLater(by(tenant))))
                .isInstanceOfSatisfying(StoreRefusal.TenantFull.class, full -> {
                    assertThat(full.queue()).isEqualTo("q");
                    assertThat(full.tenant()).isEqualTo(tenant);
                });
    }

    @Test
    void aTenantMayHaveSoManyJobsUnfinishedAndAnotherItsOwn() {
        limit(2, ANY);
        store.submit(by("a"));
        store.submit(by("a"));
        isFull("a");
        store.submit(by("b"));
        Lease running = store.leaseAll(1).getFirst();
        isFull("a");
        store.complete(running, "done");
        store.submit(by("a"));
        isFull("a");
    }

    @Test
    void orSoManyBytes() {
        Submission first = by("a");
        limit(ANY, first.payloadBytes() + 3);
        store.submit(first);
        isFull("a");
        store.submit(by("b"));
        store.cancel(first.id());
        store.submit(by("a"));
    }

    @Test
    void inOneBatchToo() {
        limit(1, ANY);
        List<java.util.concurrent.CompletableFuture<io.forebay.offload.Outcome<Submitted>>> outcomes =
                new ArrayList<>();
        store.inOneBatch(held -> {
            outcomes.add(held.submitLater(by("a")));
            outcomes.add(held.submitLater(by("a")));
        });
        value(outcomes.getFirst());
        assertThat(refusal(outcomes.getLast())).isInstanceOf(StoreRefusal.TenantFull.class);
    }

    @Test
    void aRepeatIsFoundAllTheSame() {
        limit(1, ANY);
        Job first = store.submit(store.submission("body", Timing.NOW, key("k", "r"), "a"));
        Submitted again = value(store.submitLater(store.submission("body", Timing.NOW, key("k", "r"), "a")));
        assertThat(again.job().id()).isEqualTo(first.id());
        isFull("a");
    }

    @Test
    void aJobMayTakeTheRoomOfTheOneItReplaces() {
        limit(1, ANY);
        Dedup latest = new Dedup("report", Dedup.Mode.REPLACE_QUEUED, 0);
        Submission first = by("a");
        store.submit(TestStore.with(first, first.requestBody(), null, latest));
        Submission second = by("a");
        Job replacing = store.submit(TestStore.with(second, second.requestBody(), null, latest));
        assertThat(replacing.id()).isEqualTo(second.id());
        isFull("a");
    }

    @Test
    void aRestartForgetsNothing() {
        limit(2, ANY);
        store.submit(by("a"));
        store.submit(by("a"));
        store.restart();
        isFull("a");
        store.complete(store.leaseAll(1).getFirst(), "done");
        store.restart();
        store.submit(by("a"));
        isFull("a");
    }

    @Test
    void whatWasThereBeforeTheQuotaIsNotCounted() {
        limit(ANY, ANY);
        store.submit(by("a"));
        store.submit(by("a"));
        limit(1, ANY);
        store.submit(by("a"));
        isFull("a");
        store.leaseAll(3).forEach(lease -> store.complete(lease, "done"));
        store.submit(by("a"));
        isFull("a");
    }

    @Test
    void aRedriveIsCountedAndNotRefused() {
        limit(1, ANY);
        store.submit(by("a"));
        Job failed = value(store.failLater(store.leaseAll(1).getFirst(), Failure.fatal("status-400", null)));
        store.submit(by("a"));
        Job again = value(TestStore.<Job>done(c -> store.jobs().redrive(failed.id(), c)));
        isFull("a");
        store.cancel(again.id());
        isFull("a");
    }

    /// Whatever happens to its jobs, a tenant is refused if and only if it has as many unfinished as it may.
    @Test
    void whatIsCountedIsWhatIsUnfinished() {
        Random random = new Random(5);
        limit(5, ANY);
        Deque<Lease> leases = new ArrayDeque<>();
        List<Job> known = new ArrayList<>();
        for (int step = 0; step < 600; step++) {
            switch (random.nextInt(7)) {
                case 0, 1, 2 -> submitAndCompare("tenant-" + random.nextInt(2), known);
                case 3 -> leases.addAll(store.lease(1));
                case 4 -> {
                    if (!leases.isEmpty()) {
                        store.completeLater(leases.poll(), "done").join();
                    }
                }
                case 5 -> {
                    if (!known.isEmpty()) {
                        store.cancelLater(
                                        known.get(random.nextInt(known.size())).id())
                                .join();
                    }
                }
                default -> {
                    if (random.nextInt(10) == 0) {
                        store.restart();
                    } else if (!leases.isEmpty()) {
                        store.failLater(leases.poll(), Failure.fatal("status-400", null))
                                .join();
                    }
                }
            }
        }
        assertThat(known).hasSizeGreaterThan(20);
    }

    private void submitAndCompare(String tenant, List<Job> known) {
        long unfinished = known.stream()
                .filter(job -> job.caller().tenant().equals(tenant))
                .map(job -> store.job(job.id()).state())
                .filter(state -> !state.isTerminal())
                .count();
        if (unfinished < 5) {
            known.add(store.submit(by(tenant)));
        } else {
            isFull(tenant);
        }
    }
}
