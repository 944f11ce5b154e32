package io.forebay.gateway.schedule;

import static io.forebay.gateway.schedule.Schedules.HOUR_MS;
import static io.forebay.gateway.schedule.Schedules.NOON_MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.Answer;
import io.forebay.offload.Completion;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Outcome;
import io.forebay.offload.Pause;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.schedule.SchedulePolicy;
import io.forebay.policy.schedule.SchedulePolicy.Concurrency;
import io.forebay.policy.schedule.SchedulePolicy.MadeUp;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A scheduler on a real store, with a clock of the test's.
final class SchedulerComponentTest {
    private static final RocksSettings SMALL = new RocksSettings(8 << 20, 8 << 20, 16 << 20, 0, 0);
    private static final SchedulePolicy HOURLY = Schedules.of("hourly", "0 * * * *");

    @TempDir
    Path folder = Path.of("");

    private final AtomicLong clock = new AtomicLong(NOON_MS);
    private volatile PolicySnapshot policy = PolicySnapshot.empty();
    private long generation;
    private @Nullable OffloadStore store;
    private @Nullable Scheduler scheduler;

    @BeforeEach
    void start() {
        store = OffloadStore.open(
                new RocksFolder(folder, SMALL),
                new StoreSettings(256, 8 << 20, 4_096, 0),
                TimeSource.system(),
                StoreListener.NONE,
                StoreObserver.NONE);
        long next = store.reader().health().generation() + 1;
        this.<Long>done(c -> store().jobs().configure(Map.of(Schedules.QUEUE, QueueSettings.DEFAULT), next, c));
        scheduler =
                new Scheduler(store.jobs(), store.reader(), 0, () -> policy, () -> Instant.ofEpochMilli(clock.get()));
        scheduler.start();
    }

    @AfterEach
    void stop() {
        scheduler().close();
        store().close();
    }

    private OffloadStore store() {
        return java.util.Objects.requireNonNull(store);
    }

    private Scheduler scheduler() {
        return java.util.Objects.requireNonNull(scheduler);
    }

    private void restart() {
        stop();
        start();
    }

    private <T> T done(Consumer<Completion<T>> call) {
        CompletableFuture<Outcome<T>> future = new CompletableFuture<>();
        call.accept(future::complete);
        return ((Outcome.Done<T>) future.join()).value();
    }

    private void publish(SchedulePolicy... schedules) {
        policy = new PolicySnapshot(
                ++generation, "r" + generation, List.of(), List.of(), List.of(), List.of(), List.of(schedules));
        settle();
    }

    /// Until the scheduler has looked at the time and the policy as they are.
    private void settle() {
        try {
            Thread.sleep(600);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void at(long ms) {
        clock.set(ms);
    }

    private List<Job> jobs() {
        List<Job> jobs = new ArrayList<>();
        for (JobState state : JobState.values()) {
            jobs.addAll(this.<JobPage>done(c -> store().reader().list(Schedules.QUEUE, state, null, 100, c))
                    .jobs());
        }
        return jobs;
    }

    private List<Long> runs() {
        return jobs().stream().map(Job::id).map(JobId::createdMs).sorted().toList();
    }

    private void completeOne() {
        LeaseRequest request = new LeaseRequest(Schedules.QUEUE, LeaseKind.PUSH, 1, 60_000, 1);
        Lease lease = this.<LeaseBatch>done(c -> store().jobs().lease(request, c))
                .leases()
                .getFirst();
        this.<Job>done(c -> store().jobs().complete(lease.key(), new Answer(200, new byte[1], new byte[1]), c));
    }

    @Test
    void aRunBecomesOneJobAtItsTime() {
        publish(HOURLY);
        assertThat(runs()).isEmpty();
        at(NOON_MS + HOUR_MS);
        await().untilAsserted(() -> assertThat(runs()).containsExactly(NOON_MS + HOUR_MS));
        await().untilAsserted(
                        () -> assertThat(scheduler().counts().ofSubmitted()).isEqualTo(1));
        at(NOON_MS + 2 * HOUR_MS);
        await().untilAsserted(() -> assertThat(runs()).containsExactly(NOON_MS + HOUR_MS, NOON_MS + 2 * HOUR_MS));
    }

    @Test
    void afterARestartTheSameRunIsTheSameJob() {
        publish(Schedules.with(HOURLY, MadeUp.ALL, 24 * HOUR_MS));
        at(NOON_MS + HOUR_MS);
        await().untilAsserted(() -> assertThat(runs()).hasSize(1));
        completeOne();
        restart();
        settle();
        assertThat(runs()).containsExactly(NOON_MS + HOUR_MS);
        assertThat(scheduler().counts().ofSubmitted()).isZero();
    }

    @Test
    void whatWasMissedWhileTheProcessWasDownIsMadeUp() {
        publish(Schedules.with(HOURLY, MadeUp.ALL, 24 * HOUR_MS), Schedules.of("last", "30 * * * *"));
        stop();
        at(NOON_MS + 3 * HOUR_MS);
        start();
        await().untilAsserted(() -> assertThat(runs())
                .containsExactly(
                        NOON_MS + HOUR_MS,
                        NOON_MS + 2 * HOUR_MS,
                        NOON_MS + 2 * HOUR_MS + HOUR_MS / 2,
                        NOON_MS + 3 * HOUR_MS));
    }

    @Test
    void whatLiesBeforeAScheduleWasNotMissed() {
        at(NOON_MS + HOUR_MS / 2);
        publish(Schedules.with(HOURLY, MadeUp.ALL, 24 * HOUR_MS));
        restart();
        settle();
        assertThat(runs()).isEmpty();
    }

    @Test
    void norWhatLiesBeforeItsTimesWereChanged() {
        publish(Schedules.of("daily", "0 6 * * *"));
        at(NOON_MS + HOUR_MS / 2);
        publish(Schedules.of("daily", "0 12 * * *"));
        restart();
        settle();
        assertThat(runs()).isEmpty();
        at(NOON_MS + 24 * HOUR_MS);
        await().untilAsserted(() -> assertThat(runs()).containsExactly(NOON_MS + 24 * HOUR_MS));
    }

    @Test
    void norWhatLiesInASuspension() {
        publish(Schedules.suspended(Schedules.with(HOURLY, MadeUp.ALL, 24 * HOUR_MS)));
        at(NOON_MS + 5 * HOUR_MS / 2);
        publish(Schedules.with(HOURLY, MadeUp.ALL, 24 * HOUR_MS));
        settle();
        assertThat(runs()).isEmpty();
        at(NOON_MS + 3 * HOUR_MS);
        await().untilAsserted(() -> assertThat(runs()).containsExactly(NOON_MS + 3 * HOUR_MS));
    }

    @Test
    void aForbiddenOverlapIsLeftOutAlsoAfterARestart() {
        publish(Schedules.with(HOURLY, Concurrency.FORBID));
        at(NOON_MS + HOUR_MS);
        await().untilAsserted(() -> assertThat(runs()).hasSize(1));
        restart();
        at(NOON_MS + 2 * HOUR_MS);
        await().untilAsserted(
                        () -> assertThat(scheduler().counts().ofForbidden()).isEqualTo(1));
        assertThat(runs()).containsExactly(NOON_MS + HOUR_MS);
        completeOne();
        at(NOON_MS + 3 * HOUR_MS);
        await().untilAsserted(() -> assertThat(runs()).containsExactly(NOON_MS + HOUR_MS, NOON_MS + 3 * HOUR_MS));
    }

    /// So that a restart does not make up what was left out before it.
    @Test
    void aRunOverlapsTheJobThatWasThereAtItsTime() {
        Job.Times times = new Job.Times(100, 0, 0, 200, 0, 0, 0);
        assertThat(Scheduler.overlaps(JobState.RUNNING, times, 300)).isTrue();
        assertThat(Scheduler.overlaps(JobState.SUCCEEDED, times, 150)).isTrue();
        assertThat(Scheduler.overlaps(JobState.SUCCEEDED, times, 200)).isFalse();
        assertThat(Scheduler.overlaps(JobState.SUCCEEDED, times, 99))
                .as("a job that was itself made up later")
                .isFalse();
    }

    @Test
    void whatWasDoneBeforeARestartIsNotMissed() {
        publish(HOURLY);
        for (int run = 1; run <= 3; run++) {
            at(NOON_MS + run * HOUR_MS);
            int jobs = run;
            await().untilAsserted(() -> assertThat(runs()).hasSize(jobs));
        }
        restart();
        settle();
        assertThat(scheduler().counts().ofMissed()).isZero();
        assertThat(runs()).hasSize(3);
        at(NOON_MS + 4 * HOUR_MS);
        await().untilAsserted(() -> assertThat(runs()).hasSize(4));
    }

    @Test
    void ofRunsThatTheQueueRefusedForLongTheLastIsMadeUp() {
        this.<Long>done(c -> store().jobs().pause(Schedules.QUEUE, Pause.Side.INTAKE, "test", 0, c));
        publish(HOURLY);
        for (int run = 1; run <= 3; run++) {
            at(NOON_MS + run * HOUR_MS);
            settle();
        }
        this.<Long>done(c -> store().jobs().resume(Schedules.QUEUE, Pause.Side.INTAKE, c));
        at(NOON_MS + 3 * HOUR_MS + 2_000);
        await().untilAsserted(() -> assertThat(runs()).containsExactly(NOON_MS + 3 * HOUR_MS));
        settle();
        assertThat(runs()).hasSize(1);
        assertThat(scheduler().counts().ofMissed()).isEqualTo(2);
    }

    @Test
    void aRequestTooLongForItsQueueIsGivenUp() {
        this.<Long>done(c -> store().jobs()
                .configure(
                        Map.of(Schedules.QUEUE, withBodiesOf(3)),
                        store().reader().health().generation() + 1,
                        c));
        publish(HOURLY);
        at(NOON_MS + HOUR_MS);
        await().untilAsserted(() -> assertThat(scheduler().counts().ofMissed()).isEqualTo(1));
        assertThat(runs()).isEmpty();
    }

    private static QueueSettings withBodiesOf(long bytes) {
        QueueSettings plain = QueueSettings.DEFAULT;
        return new QueueSettings(
                plain.concurrency(),
                plain.attemptTimeoutMs(),
                plain.retry(),
                plain.tenants(),
                new QueueSettings.Limits(10, 1 << 20, bytes, bytes),
                plain.retention());
    }

    @Test
    void orReplacesTheEarlierJob() {
        publish(Schedules.with(HOURLY, Concurrency.REPLACE));
        at(NOON_MS + HOUR_MS);
        await().untilAsserted(() -> assertThat(runs()).hasSize(1));
        at(NOON_MS + 2 * HOUR_MS);
        await().untilAsserted(() -> assertThat(runs()).hasSize(2));
        assertThat(jobs().stream()
                        .filter(job -> job.id().createdMs() == NOON_MS + HOUR_MS)
                        .map(Job::state))
                .containsExactly(JobState.CANCELED);
    }

    @Test
    void aRunThatTheQueueRefusesWaits() {
        this.<Long>done(c -> store().jobs().pause(Schedules.QUEUE, Pause.Side.INTAKE, "test", 0, c));
        publish(HOURLY);
        at(NOON_MS + HOUR_MS);
        settle();
        assertThat(runs()).isEmpty();
        this.<Long>done(c -> store().jobs().resume(Schedules.QUEUE, Pause.Side.INTAKE, c));
        at(NOON_MS + HOUR_MS + 2_000);
        await().untilAsserted(() -> assertThat(runs()).containsExactly(NOON_MS + HOUR_MS));
    }

    @Test
    void andIsGivenUpOnceItIsTooLate() {
        this.<Long>done(c -> store().jobs().pause(Schedules.QUEUE, Pause.Side.INTAKE, "test", 0, c));
        publish(Schedules.with(HOURLY, MadeUp.NONE, 0));
        at(NOON_MS + HOUR_MS);
        settle();
        at(NOON_MS + HOUR_MS + DueRuns.ON_TIME_MS + 1_000);
        await().untilAsserted(() -> assertThat(scheduler().counts().ofMissed()).isEqualTo(1));
        this.<Long>done(c -> store().jobs().resume(Schedules.QUEUE, Pause.Side.INTAKE, c));
        settle();
        assertThat(runs()).isEmpty();
    }
}
