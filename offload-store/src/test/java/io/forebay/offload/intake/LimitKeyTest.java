package io.forebay.offload.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueSettings.DispatchRate;
import io.forebay.offload.QueueSettings.PerKey;
import io.forebay.offload.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Jobs of one limit key take no more of a queue than it allows a key, and others take the rest.
class LimitKeyTest {
    private final TestStore store = TestStore.withQueue();

    @BeforeEach
    void limit() {
        allow(new PerKey(2, null));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void allow(@Nullable PerKey perKey) {
        QueueSettings settings = QueueSettings.DEFAULT;
        store.configure(Map.of(
                "q",
                new QueueSettings(
                        settings.concurrency(),
                        null,
                        settings.attemptTimeoutMs(),
                        settings.retry(),
                        settings.tenants(),
                        settings.limits(),
                        settings.retention(),
                        perKey)));
    }

    private Job submit(@Nullable String limitKey) {
        return submit(limitKey, null, 0);
    }

    private Job submit(@Nullable String limitKey, @Nullable String orderingKey, long delayMs) {
        return store.submit(store.submission("x", new Timing(5, orderingKey, delayMs, 0, limitKey), null, "tenant-a"));
    }

    private List<JobId> submit(int count, String limitKey) {
        return IntStream.range(0, count).mapToObj(i -> submit(limitKey).id()).toList();
    }

    private static List<JobId> jobs(List<Lease> leases) {
        return leases.stream().map(lease -> lease.key().job()).toList();
    }

    private void fail(Lease lease, long retryAfterMs) {
        TestStore.value(store.failLater(lease, new Failure("status-500", true, retryAfterMs, false, false, null)));
    }

    @Test
    void soManyOfAKeyRunAndOthersAreNotInTheirWay() {
        List<JobId> a = submit(5, "a");
        List<JobId> b = submit(3, "b");
        Job free = submit(null);
        assertThat(jobs(store.lease(16))).containsExactlyInAnyOrder(a.get(0), a.get(1), b.get(0), b.get(1), free.id());
        assertThat(store.lease(16)).isEmpty();
    }

    @Test
    void theNextComesInAtEachEndInTheOrderOfSubmits() {
        List<JobId> a = submit(6, "a");
        List<JobId> done = new ArrayList<>();
        while (done.size() < 6) {
            List<Lease> leases = store.lease(16);
            assertThat(leases).hasSizeBetween(1, 2);
            done.addAll(jobs(leases));
            leases.forEach(lease -> store.complete(lease, "done"));
        }
        assertThat(done).isEqualTo(a);
    }

    @Test
    void whoWaitsForARetryTakesNothing() {
        List<JobId> a = submit(3, "a");
        List<Lease> leases = store.lease(16);
        fail(leases.getFirst(), 10_000);
        assertThat(jobs(store.lease(16))).containsExactly(a.get(2));
        store.pass(10_100);
        assertThat(store.lease(16)).as("two of the key run").isEmpty();
        store.complete(leases.getLast(), "done");
        assertThat(jobs(store.lease(16))).containsExactly(a.get(0));
    }

    @Test
    void whoIsGivenBackStaysInside() {
        List<JobId> a = submit(3, "a");
        List<Lease> leases = store.lease(16);
        TestStore.<Job>value(
                TestStore.done(c -> store.jobs().release(leases.getFirst().key(), 0, c)));
        assertThat(jobs(store.lease(16))).containsExactly(a.get(0));
    }

    @Test
    void whoWaitsForItsTimeTakesNothing() {
        submit("a", null, 60_000);
        submit("a", null, 60_000);
        List<JobId> now = submit(2, "a");
        List<Lease> leases = store.lease(16);
        assertThat(jobs(leases)).isEqualTo(now);
        leases.forEach(lease -> store.complete(lease, "done"));
        store.pass(61_000);
        assertThat(store.lease(16)).hasSize(2);
    }

    @Test
    void whoIsCanceledWhileItWaitsIsSteppedOver() {
        List<JobId> a = submit(5, "a");
        store.cancel(a.get(2));
        List<Lease> leases = store.lease(16);
        store.cancel(a.get(0));
        assertThat(jobs(store.lease(16))).containsExactly(a.get(3));
        store.complete(leases.getLast(), "done");
        assertThat(jobs(store.lease(16))).containsExactly(a.get(4));
    }

    @Test
    void aRestartForgetsNobody() {
        List<JobId> a = submit(4, "a");
        List<Lease> leases = store.lease(16);
        store.complete(leases.getFirst(), "done");
        store.restart();
        assertThat(jobs(store.leaseAll(2))).containsExactlyInAnyOrder(a.get(1), a.get(2));
        assertThat(store.lease(16)).isEmpty();
    }

    @Test
    void anotherBoundHoldsFromTheNextEndOn() {
        List<JobId> a = submit(8, "a");
        List<Lease> leases = store.lease(16);
        allow(new PerKey(4, null));
        store.complete(leases.getFirst(), "done");
        assertThat(jobs(store.lease(16))).isEqualTo(a.subList(2, 5));
        allow(null);
        store.complete(leases.getLast(), "done");
        assertThat(jobs(store.lease(16))).isEqualTo(a.subList(5, 8));
    }

    @Test
    void aRateGivesEachItsTime() {
        allow(new PerKey(16, new DispatchRate(1, 10_000, 2)));
        List<JobId> a = submit(4, "a");
        assertThat(jobs(store.lease(16))).isEqualTo(a.subList(0, 2));
        store.pass(9_000);
        assertThat(store.lease(16)).isEmpty();
        store.pass(1_100);
        assertThat(jobs(store.lease(16))).isEqualTo(a.subList(2, 3));
        assertThat(submit("b").state()).isEqualTo(JobState.QUEUED);
        assertThat(store.lease(16)).as("another key").hasSize(1);
        store.pass(10_000);
        assertThat(jobs(store.lease(16))).isEqualTo(a.subList(3, 4));
    }

    @Test
    void aRateIsRememberedAcrossARestart() {
        allow(new PerKey(16, new DispatchRate(1, 10_000, 1)));
        store.complete(onlyLease(submit("a")), "done");
        store.restart();
        submit("a");
        assertThat(store.lease(16)).isEmpty();
        store.pass(10_100);
        assertThat(store.leaseAll(1)).hasSize(1);
    }

    @Test
    void whoNeverBeganHasTakenNothingOfTheRate() {
        allow(new PerKey(1, new DispatchRate(1, 60_000, 1)));
        List<JobId> a = submit(50, "a");
        a.forEach(store::cancel);
        Job next = submit("a");
        assertThat(jobs(store.lease(16))).containsExactly(next.id());
    }

    private Lease onlyLease(Job job) {
        Lease lease = store.leaseOne();
        assertThat(lease.key().job()).isEqualTo(job.id());
        return lease;
    }

    @Test
    void anOrderingKeyIsKeptToo() {
        Job first = submit("a", "line", 0);
        Job second = submit("a", "line", 0);
        Job other = submit("a");
        List<Lease> leases = store.lease(16);
        assertThat(jobs(leases)).containsExactly(first.id(), other.id());
        Job third = submit("a");
        store.complete(leases.getFirst(), "done");
        assertThat(jobs(store.lease(16)))
                .as("who waited longer for the key's turn")
                .containsExactly(third.id());
        store.complete(leases.getLast(), "done");
        assertThat(jobs(store.lease(16))).containsExactly(second.id());
    }
}
