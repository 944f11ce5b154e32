package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobFilter;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Pause;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Jobs that wait are taken to another queue.
class MoveTest {
    private final TestStore store = TestStore.withQueue();

    @BeforeEach
    void configure() {
        store.configure(Map.of("q", QueueSettings.DEFAULT, "other", QueueSettings.DEFAULT));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void move(JobFilter filter) {
        QueueOperation move = new QueueOperation(QueueOperation.Action.MOVE, filter, 0, "other");
        store.time.advance(10);
        value(TestStore.<Long>done(c -> store.jobs().operate("q", move, c)));
        await().until(() -> stats("q").operation() == null);
    }

    private QueueStats stats(String queue) {
        // Figures are 100 ms old at most.
        await().until(() -> {
            store.pass(200);
            return store.reader().queues().containsKey(queue);
        });
        return requireNonNull(store.reader().queues().get(queue), queue);
    }

    private Job submit(String body, @Nullable String orderingKey, long delayMs) {
        return store.submit(store.submission(body, new Timing(5, orderingKey, delayMs, 0), null, "tenant-a"));
    }

    private List<Lease> lease(String queue, int max) {
        LeaseRequest request = new LeaseRequest(queue, LeaseKind.PUSH, max, 60_000, 7);
        return value(TestStore.<LeaseBatch>done(c -> store.jobs().lease(request, c)))
                .leases();
    }

    private Lease leaseOne(String queue) {
        List<Lease> leases = new ArrayList<>();
        await().until(() -> {
            leases.addAll(lease(queue, 1));
            return !leases.isEmpty();
        });
        return leases.getFirst();
    }

    @Test
    void jobsThatWaitAreInTheOtherQueueUnderTheirIds() {
        Job ready = submit("ready", null, 0);
        Job later = submit("x".repeat(10_000), null, 60_000);
        move(JobFilter.ALL);
        assertThat(store.job(ready.id()).queue()).isEqualTo("other");
        assertThat(store.job(later.id()).state()).isEqualTo(JobState.SCHEDULED);
        assertThat(stats("q").waiting()).isZero();
        assertThat(stats("q").waitingBytes()).isZero();
        assertThat(stats("other").queued()).isOne();
        assertThat(stats("other").scheduled()).isOne();
        assertThat(lease("q", 1)).isEmpty();
        store.restart();
        Lease lease = leaseOne("other");
        assertThat(lease.key().job()).isEqualTo(ready.id());
        store.complete(lease, "done");
        store.pass(61_000);
        assertThat(leaseOne("other").key().job()).isEqualTo(later.id());
        byte[] body =
                value(TestStore.<byte[]>done(c -> store.reader().payload(later.id(), PayloadPart.REQUEST_BODY, c)));
        assertThat(body).hasSize(10_000);
    }

    @Test
    void theyStandBehindThoseThatAreThere() {
        Job first = submit("q", null, 0);
        move(JobFilter.ALL);
        Job second = submit("q", null, 0);
        move(JobFilter.ALL);
        assertThat(lease("other", 2)).extracting(lease -> lease.key().job()).containsExactly(first.id(), second.id());
    }

    @Test
    void anOrderingKeyKeepsItsOrder() {
        List<JobId> line = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            line.add(submit("in line " + i, "customer", 0).id());
        }
        // The head changes last, and is looked at last.
        Lease head = store.leaseOne();
        value(store.failLater(head, new Failure("status-503", true, 1_000, false, false, null)));
        move(JobFilter.ALL);
        assertThat(stats("q").waiting())
                .as("a queue that gives out jobs keeps them in line")
                .isEqualTo(5);
        value(TestStore.<Long>done(c -> store.jobs().pause("q", Pause.Side.DISPATCH, "moving", 0, c)));
        move(JobFilter.ALL);
        List<JobId> leased = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Lease lease = leaseOne("other");
            leased.add(lease.key().job());
            assertThat(lease("other", 1)).isEmpty();
            store.complete(lease, "done");
        }
        assertThat(leased).isEqualTo(line);
        assertThat(stats("q").waiting()).isZero();
    }

    @Test
    void behindOneThatRunsTheyStay() {
        submit("runs", "customer", 0);
        Job behind = submit("waits", "customer", 0);
        Lease running = store.leaseOne();
        move(JobFilter.ALL);
        assertThat(store.job(behind.id()).queue()).isEqualTo("q");
        store.complete(running, "done");
        assertThat(store.leaseOne().key().job()).isEqualTo(behind.id());
    }

    @Test
    void onlyThoseThatFitAreMoved() {
        Job mine = submit("mine", null, 0);
        Job theirs = store.submit(store.submission("theirs", Timing.NOW, null, "tenant-b"));
        move(new JobFilter(null, "tenant-b", null, 0, Long.MAX_VALUE));
        assertThat(store.job(mine.id()).queue()).isEqualTo("q");
        assertThat(store.job(theirs.id()).queue()).isEqualTo("other");
    }

    @Test
    void jobsOfAQueueThatIsGoneAreSaved() {
        Job orphan = submit("orphan", null, 0);
        store.configure(Map.of("other", QueueSettings.DEFAULT));
        move(JobFilter.ALL);
        assertThat(leaseOne("other").key().job()).isEqualTo(orphan.id());
    }

    @Test
    void jobsAreNotMovedInACircle() {
        value(TestStore.<Long>done(c -> store.jobs().pause("q", Pause.Side.DISPATCH, "moving", 0, c)));
        submit("x", null, 0);
        store.time.advance(10);
        QueueOperation there = new QueueOperation(QueueOperation.Action.MOVE, JobFilter.ALL, 1, "other");
        QueueOperation back = new QueueOperation(QueueOperation.Action.MOVE, JobFilter.ALL, 1, "q");
        store.submit(store.submission("y"));
        value(TestStore.<Long>done(c -> store.jobs().operate("q", there, c)));
        assertThat(refusal(TestStore.<Long>done(c -> store.jobs().operate("other", back, c))))
                .isEqualTo(new StoreRefusal.OperationUnderWay("other"));
    }

    @Test
    void aQueueThatIsNotThereIsNoTarget() {
        submit("x", null, 0);
        QueueOperation nowhere = new QueueOperation(QueueOperation.Action.MOVE, JobFilter.ALL, 0, "nowhere");
        assertThat(refusal(TestStore.<Long>done(c -> store.jobs().operate("q", nowhere, c))))
                .isEqualTo(new StoreRefusal.QueueMissing("nowhere"));
    }

    @Test
    void aFullQueueIsWaitedFor() {
        QueueSettings settings = QueueSettings.DEFAULT;
        QueueSettings.Limits one = new QueueSettings.Limits(1, 1 << 20, 1 << 20, 1 << 20);
        QueueSettings small = new QueueSettings(
                1, settings.attemptTimeoutMs(), settings.retry(), settings.tenants(), one, settings.retention());
        store.configure(Map.of("q", settings, "other", small));
        submit("1", null, 0);
        submit("2", null, 0);
        store.time.advance(10);
        QueueOperation move = new QueueOperation(QueueOperation.Action.MOVE, JobFilter.ALL, 0, "other");
        value(TestStore.<Long>done(c -> store.jobs().operate("q", move, c)));
        await().until(() -> stats("other").waiting() == 1);
        store.pass(5_000);
        assertThat(stats("q").waiting()).isOne();
        store.complete(leaseOne("other"), "done");
        await().until(() -> {
            store.pass(1_100);
            return stats("q").operation() == null;
        });
        assertThat(stats("other").waiting()).isOne();
    }
}
