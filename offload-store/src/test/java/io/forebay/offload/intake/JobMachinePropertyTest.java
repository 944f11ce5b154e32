package io.forebay.offload.intake;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Content;
import io.forebay.offload.Failure;
import io.forebay.offload.Idempotency;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Outcome;
import io.forebay.offload.Pause;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import io.forebay.offload.codec.StoredView;
import io.forebay.offload.machine.Command;
import io.forebay.offload.machine.IdemKey;
import io.forebay.offload.machine.Payload;
import io.forebay.offload.machine.Refill;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.storage.CommitFailure;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.MemoryFolder;
import io.forebay.offload.storage.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random commands, lost batches and restarts against a model that knows only what callers were told: which jobs
/// were accepted, who holds which lease, what ended. After every commit the whole store is recounted.
final class JobMachinePropertyTest {
    private static final QueueSettings SETTINGS = new QueueSettings(
            4,
            60_000,
            new QueueSettings.Retry(3, 1_000, 8_000),
            QueueSettings.Tenants.ALIKE,
            new QueueSettings.Limits(60, 1L << 30, 1 << 20, 1 << 20),
            new QueueSettings.Retention(40_000, 60_000));

    private final MemoryFolder folder = new MemoryFolder();
    private final ManualTime time = new ManualTime();
    private final List<DamagedValueException> damages = new ArrayList<>();
    private Random random = new Random(0);
    private Model model = new Model();
    private Model committed = new Model();
    private @Nullable OpenStore open;
    private int submissions;

    /// What callers know.
    private static final class Model {
        final Map<JobId, Known> jobs = new HashMap<>();
        final Map<String, JobId> keys = new HashMap<>();
        final List<Lease> given = new ArrayList<>();

        Model copy() {
            Model copy = new Model();
            jobs.forEach((id, known) -> copy.jobs.put(id, known.copy()));
            copy.keys.putAll(keys);
            copy.given.addAll(given);
            return copy;
        }
    }

    private static final class Known {
        final JobId id;
        final int order;
        final @Nullable String orderingKey;

        @Nullable
        JobState ended;

        @Nullable
        LeaseKey lease;

        int epochSeen;

        Known(JobId id, int order, @Nullable String orderingKey) {
            this.id = id;
            this.order = order;
            this.orderingKey = orderingKey;
        }

        Known copy() {
            Known copy = new Known(id, order, orderingKey);
            copy.ended = ended;
            copy.lease = lease;
            copy.epochSeen = epochSeen;
            return copy;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 20261123, 987654321})
    void theStoreNeverSaysAnythingTheModelForbids(long seed) throws CommitFailure {
        System.out.println("JobMachinePropertyTest seed " + seed);
        random = new Random(seed);
        open = opened();
        run(new Command.Configure(Map.of("q", SETTINGS), 1));
        commit();
        for (int step = 0; step < 400; step++) {
            store().stamp();
            store().fireTimers();
            int commands = 1 + random.nextInt(6);
            for (int i = 0; i < commands; i++) {
                oneCommand();
            }
            if (random.nextInt(25) == 0) {
                loseBatch();
            } else {
                commit();
            }
            if (random.nextInt(40) == 0) {
                reopen();
            }
            time.advance(random.nextInt(3) == 0 ? random.nextInt(4_000) : 1);
        }
        drain();
        assertThat(damages).isEmpty();
        store().close();
    }

    private OpenStore store() {
        return requireNonNull(open, "open");
    }

    private OpenStore opened() throws CommitFailure {
        return new StoreOpening(folder, 4_096, time, StoreObserver.NONE, Machine.REAL).open();
    }

    private void oneCommand() {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> submit();
            case 4, 5, 6 -> lease();
            case 7 -> complete();
            case 8 -> fail();
            case 9 -> release();
            case 10 -> cancel();
            default -> operate();
        }
    }

    private void submit() {
        int number = submissions++;
        String key = random.nextInt(3) == 0 ? "key-" + random.nextInt(6) : null;
        String orderingKey = random.nextInt(3) == 0 ? "line-" + random.nextInt(3) : null;
        long deadlineMs = random.nextInt(8) == 0 ? time.wallMs() + random.nextInt(20_000) : 0;
        Timing timing = new Timing(
                random.nextInt(10), orderingKey, random.nextInt(4) == 0 ? random.nextInt(5_000) : 0, deadlineMs);
        byte[] body = new byte[random.nextInt(20) == 0 ? 70_000 : random.nextInt(50)];
        Idempotency idempotency = key == null ? null : TestStore.key(key, key);
        Submission submission = TestSubmissions.of(
                JobId.of(time.wallMs(), 1, 0x1234_5678_0000L + number),
                "tenant-" + random.nextInt(3),
                body,
                timing,
                idempotency);
        IdemKey claim = key == null ? null : new IdemKey(1, 1, 1, key.hashCode());
        long lineHash = orderingKey == null ? 0 : orderingKey.hashCode();
        Outcome<?> outcome = run(new Command.Submit(
                submission,
                claim,
                null,
                lineHash,
                null,
                Payload.ofRequest(submission.requestHead(), Content.of(body)),
                false));
        if (!(outcome instanceof Outcome.Done<?> done)) {
            return;
        }
        Submitted submitted = (Submitted) done.value();
        JobId before = key == null ? null : model.keys.get(key);
        if (before != null && !isForgettable(before)) {
            assertThat(submitted.job().id()).as("one key, one job").isEqualTo(before);
        }
        if (submitted.isNew()) {
            assertThat(submitted.job().id()).isEqualTo(submission.id());
            model.jobs.put(submission.id(), new Known(submission.id(), number, orderingKey));
            if (key != null) {
                model.keys.put(key, submission.id());
            }
        }
    }

    /// The key may have been given up: its job ended, and window and retention may have passed.
    private boolean isForgettable(JobId id) {
        Known known = requireNonNull(model.jobs.get(id), "known");
        return known.ended != null && time.wallMs() > id.createdMs() + 40_000;
    }

    private void lease() {
        LeaseKind kind = random.nextBoolean() ? LeaseKind.PUSH : LeaseKind.PULL;
        LeaseRequest request =
                new LeaseRequest("q", kind, 1 + random.nextInt(3), 3_000 + random.nextInt(5_000), random.nextLong());
        if (run(new Command.TakeLeases(request, List.of())) instanceof Outcome.Done<?> done) {
            ((LeaseBatch) done.value()).leases().forEach(this::given);
        }
    }

    private void given(Lease lease) {
        Known known = requireNonNull(model.jobs.get(lease.key().job()), "a job nobody submitted");
        assertThat(known.ended).as("ended jobs are not leased").isNull();
        assertThat(lease.key().epoch()).as("epochs grow").isGreaterThan(known.epochSeen);
        known.epochSeen = lease.key().epoch();
        known.lease = lease.key();
        model.given.add(lease);
        if (known.orderingKey != null) {
            assertThat(model.jobs.values())
                    .as("leases of one ordering key follow submit order")
                    .noneMatch(other -> known.orderingKey.equals(other.orderingKey)
                            && other.order < known.order
                            && other.ended == null
                            && !isEndedByTimer(other.id));
        }
    }

    /// The model hears of timers at the next commit only; the open batch may know of one already.
    private boolean isEndedByTimer(JobId id) {
        Submission again = TestSubmissions.of(id, "tenant-0", new byte[0], Timing.NOW, null);
        Outcome<?> outcome = run(new Command.Submit(
                again, null, null, 0, null, Payload.ofRequest(new byte[0], Content.nothing()), false));
        return ((Submitted) ((Outcome.Done<?>) requireNonNull(outcome)).value())
                .job()
                .state()
                .isTerminal();
    }

    private void settle(LeaseKey key, Command command) {
        Known known = requireNonNull(model.jobs.get(key.job()), "known");
        Outcome<?> outcome = run(command);
        if (!key.equals(known.lease)) {
            assertThat(outcome).as("an old lease changes nothing").isInstanceOf(Outcome.Refused.class);
        }
        if (outcome instanceof Outcome.Done<?> done) {
            ended((Job) done.value());
        }
    }

    private void ended(Job job) {
        Known known = requireNonNull(model.jobs.get(job.id()), "known");
        known.lease = null;
        if (job.state().isTerminal()) {
            assertThat(known.ended).as("a job ends once").isNull();
            known.ended = job.state();
        }
    }

    private @Nullable LeaseKey anyLease() {
        if (model.given.isEmpty()) {
            return null;
        }
        int from = Math.max(0, model.given.size() - 8);
        return model.given.get(from + random.nextInt(model.given.size() - from)).key();
    }

    private void complete() {
        LeaseKey key = anyLease();
        if (key != null) {
            settle(key, new Command.Complete(key, TestStore.answer("done")));
        }
    }

    private void fail() {
        LeaseKey key = anyLease();
        if (key != null) {
            Failure failure = new Failure(
                    "status-503", random.nextInt(4) != 0, random.nextInt(2_000), false, random.nextInt(4) == 0, null);
            settle(key, new Command.Fail(key, failure));
        }
    }

    private void release() {
        LeaseKey key = anyLease();
        if (key != null) {
            settle(key, new Command.Release(key, random.nextInt(2) * 500L));
        }
    }

    private void cancel() {
        List<Known> all = new ArrayList<>(model.jobs.values());
        if (!all.isEmpty()) {
            Known known = all.get(random.nextInt(all.size()));
            Outcome<?> outcome = run(new Command.Cancel(known.id));
            if (outcome instanceof Outcome.Done<?> done && known.ended == null) {
                ended((Job) done.value());
            }
        }
    }

    private void operate() {
        switch (random.nextInt(3)) {
            case 0 ->
                run(
                        random.nextInt(4) == 0
                                ? new Command.PauseQueue("q", Pause.Side.DISPATCH, "why", 0)
                                : new Command.ResumeQueue("q", Pause.Side.DISPATCH));
            case 1 -> {
                LeaseKey key = anyLease();
                if (key != null) {
                    run(new Command.Heartbeat(key, 4_000));
                }
            }
            default -> {
                List<Known> failed = model.jobs.values().stream()
                        .filter(known -> known.ended == JobState.FAILED)
                        .toList();
                if (!failed.isEmpty()) {
                    JobId id = failed.get(random.nextInt(failed.size())).id;
                    if (run(new Command.Redrive(id)) instanceof Outcome.Done<?> done) {
                        Job again = (Job) done.value();
                        assertThat(again.redriveOf()).isEqualTo(id);
                        model.jobs.computeIfAbsent(
                                again.id(), next -> new Known(next, submissions++, again.orderingKey()));
                    }
                }
            }
        }
    }

    private @Nullable Outcome<?> run(Command command) {
        return store().run(command);
    }

    private void commit() throws CommitFailure {
        store().commit();
        Map<JobId, StoredJob> jobs = StoreShape.check(folder);
        compare(jobs);
        refill();
        committed = model.copy();
    }

    private void compare(Map<JobId, StoredJob> jobs) {
        for (Known known : model.jobs.values()) {
            StoredJob job = jobs.get(known.id);
            if (job == null) {
                assertThat(known.ended).as("only ended jobs are erased").isNotNull();
            } else if (known.ended != null) {
                assertThat(job.state()).as("terminal states never change").isEqualTo(known.ended);
            } else if (job.isTerminal()) {
                // A timer or a restart ended it: deadline, out of attempts, quarantined.
                assertThat(job.state()).isIn(JobState.EXPIRED, JobState.FAILED);
                known.ended = job.state();
            }
        }
        assertThat(model.jobs.keySet()).as("no phantom jobs").containsAll(jobs.keySet());
        QueueStats stats = requireNonNull(store().index().stats().get("q"), "q");
        assertThat(stats.scheduled()).isEqualTo(StoreShape.count(jobs, StateClass.SCHEDULED));
        assertThat(stats.queued()).isEqualTo(StoreShape.count(jobs, StateClass.QUEUED));
        assertThat(stats.running()).isEqualTo(StoreShape.count(jobs, StateClass.RUNNING));
        assertThat(stats.deadLetters()).isEqualTo(StoreShape.count(jobs, StateClass.FAILED));
        assertThat(stats.running()).isLessThanOrEqualTo(SETTINGS.concurrency());
        int queueId = requireNonNull(store().index().queueIds().get("q"), "q");
        StoredView view = new StoredView(store().storage(), damages::add);
        for (StateClass list : StateClass.values()) {
            assertThat(view.list(queueId, list, null, jobs.size() + 1))
                    .as("no list begins after its first job: %s", list)
                    .hasSize((int) StoreShape.count(jobs, list));
        }
    }

    private void refill() {
        for (Refill.Request request : store().index().askRefills(100)) {
            try (View view = store().storage().view()) {
                run(new Command.AcceptRefill(new StoredView(view, damages::add)
                        .refill(request, store().index().durableSeq())));
            }
        }
    }

    private void loseBatch() throws CommitFailure {
        model = committed.copy();
        reopen();
    }

    private void reopen() throws CommitFailure {
        store().close();
        open = opened();
        compare(StoreShape.check(folder));
        refill();
        committed = model.copy();
    }

    /// Everything accepted comes to an end once it is let.
    private void drain() throws CommitFailure {
        run(new Command.ResumeQueue("q", Pause.Side.DISPATCH));
        for (int round = 0; round < 2_000 && openJobs() > 0; round++) {
            time.advance(2_000);
            store().stamp();
            store().fireTimers();
            LeaseRequest request = new LeaseRequest("q", LeaseKind.PUSH, 4, 3_000, round);
            Outcome<?> outcome = run(new Command.TakeLeases(request, List.of()));
            LeaseBatch batch = (LeaseBatch) ((Outcome.Done<?>) requireNonNull(outcome)).value();
            batch.leases().forEach(this::given);
            batch.leases()
                    .forEach(lease -> settle(lease.key(), new Command.Complete(lease.key(), TestStore.answer("ok"))));
            commit();
        }
        assertThat(openJobs()).as("jobs that never end").isZero();
    }

    private long openJobs() {
        return requireNonNull(store().index().stats().get("q"), "q").waiting()
                + requireNonNull(store().index().stats().get("q"), "q").running();
    }
}
