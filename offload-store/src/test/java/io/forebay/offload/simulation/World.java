package io.forebay.offload.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Completion;
import io.forebay.offload.EventPage;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobState;
import io.forebay.offload.JobStore;
import io.forebay.offload.Notice;
import io.forebay.offload.Outcome;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreHealth;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.TopicPage;
import io.forebay.offload.intake.ManualTime;
import io.forebay.offload.intake.PlantedDefect;
import io.forebay.offload.intake.SimulatedStore;
import io.forebay.offload.storage.CommitFailure;
import io.forebay.offload.storage.SimulatedDisk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The store, its time and its disk; whoever waits for an answer; and what everybody was told so far.
final class World {
    /// The store's clock may run ahead of the world's by a millisecond for each reopening, until it has slewed back.
    static final long CLOCK_TOLERANCE_MS = 100;

    static final String QUEUE = "q";
    /// Nobody works this queue off.
    static final String NOTICES = "notices";

    static final String TOPIC = "topic";
    static final QueueSettings SETTINGS = new QueueSettings(
            4,
            null,
            60_000,
            new QueueSettings.Retry(3, 1_000, 8_000),
            new QueueSettings.Tenants(Map.of(), 16, 1L << 30),
            new QueueSettings.Limits(60, 1L << 30, 1 << 20, 1 << 20),
            new QueueSettings.Retention(40_000, 60_000),
            new QueueSettings.PerKey(2, new QueueSettings.DispatchRate(1, 1_000, 2)));

    final Random random;
    final Tally tally;
    final SimulatedDisk disk;
    private final ManualTime time = new ManualTime();
    private final @Nullable PlantedDefect defect;
    private final List<Invariant> invariants = List.of(
            new AcceptedJobsAreNeverLost(this),
            new NoJobComesFromNowhere(),
            new OneKeyIsOneJob(this),
            new NoJobHasTwoValidLeases(this),
            new LeasesFollowSubmitOrder(this),
            new KeysKeepTheirLimits(this),
            new BatchesAreWhole(this),
            new ResultsAreWhatWorkersSent(),
            new EventsAreWhatWorkersSent(),
            new EveryEndIsToldOnce(),
            new TerminalStatesNeverChange(),
            new OffsetsAreDense(this),
            new DeadlinesAndDelaysAreKept(this),
            new PausedQueuesGiveNothing(this),
            new EveryJobEnds(this));
    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private final Queue<Runnable> answers = new ArrayDeque<>();
    /// The last state of every job anybody heard of.
    private final Map<JobId, JobState> heardOf = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private @Nullable SimulatedStore store;
    private boolean wasReopened;

    /// A command without an answer, and what follows if it never comes.
    private record Waiting(Runnable lost) {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    World(long seed, @Nullable PlantedDefect defect, Tally tally) {
        this.random = new Random(seed);
        this.disk = new SimulatedDisk(random);
        this.defect = defect;
        this.tally = tally;
    }

    long nowMs() {
        return time.wallMs();
    }

    void pass(long ms) {
        time.advance(ms);
    }

    void tell(Consumer<Invariant> what) {
        invariants.forEach(what);
    }

    // ---- the process

    /// Starts a process on this disk, again and again if it does not come up.
    void start() {
        while (store == null) {
            try {
                store = SimulatedStore.open(disk, time, StoreListener.NONE, new Observing(), defect);
            } catch (SimulatedDisk.Crash | CommitFailure e) {
                disk.abandon();
                loseAnswers();
            }
        }
        lookAround();
    }

    /// The process is gone, with everything it had not answered.
    void kill() {
        store = null;
        disk.abandon();
        answers.clear();
        loseAnswers();
    }

    private void loseAnswers() {
        List<Waiting> lost = List.copyOf(waiting);
        waiting.clear();
        for (Waiting one : lost) {
            tally.count(Happening.ANSWER_LOST);
            one.lost().run();
        }
    }

    /// One batch of the writer. Commands it took are answered, unless the process dies of it.
    void batch(int max) {
        SimulatedStore running = running();
        try {
            running.batch(max);
            tally.count(Happening.COMMIT);
        } catch (SimulatedDisk.Crash crash) {
            kill();
            start();
            return;
        }
        answer();
        assertThat(waiting).as("commands without an answer after their batch").hasSize(running.waiting());
        assertThat(failures).as("failures nobody planted").isEmpty();
        if (wasReopened) {
            lookAround();
        }
    }

    private void answer() {
        for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
            answer.run();
        }
    }

    int commandsWaiting() {
        return running().waiting();
    }

    boolean isRefillWaiting() {
        return running().refillsWaiting() > 0;
    }

    void refill() {
        running().refill();
    }

    private SimulatedStore running() {
        return requireNonNull(store, "a running process");
    }

    private final class Observing implements StoreObserver {
        @Override
        public void committed(int commands, long bytes, long durationNs) {}

        @Override
        public void refused(StoreRefusal refusal) {}

        @Override
        public void stalled() {
            tally.count(Happening.WRITE_STALLED);
        }

        @Override
        public void commitFailed(String reason) {
            if (!SimulatedDisk.isPlanted(reason)) {
                failures.add(reason);
            }
        }

        @Override
        public void opened(long durationNs, int replayed) {
            tally.count(Happening.REOPENED);
            tell(Invariant::reopened);
            wasReopened = true;
        }

        @Override
        public void damaged(String where) {
            failures.add("damage at " + where);
        }
    }

    // ---- commands

    /// Hands a command in. `lost` runs if nobody will ever know whether it was done.
    <T> void call(BiConsumer<JobStore, Completion<T>> command, Consumer<Outcome<T>> answered, Runnable lost) {
        Waiting one = new Waiting(lost);
        waiting.add(one);
        command.accept(
                running().jobs(),
                outcome -> answers.add(() -> {
                    assertThat(waiting.remove(one))
                            .as("an answer nobody waits for")
                            .isTrue();
                    if (outcome instanceof Outcome.Refused<T>(StoreRefusal.Unavailable(var reason, boolean mayBeDone))
                            && mayBeDone) {
                        tally.count(Happening.ANSWER_LOST);
                        lost.run();
                    } else {
                        answered.accept(outcome);
                    }
                }));
        // Some are refused at once.
        answer();
    }

    // ---- what is there to see

    /// A job's state as told to somebody.
    void saw(Job job) {
        JobState before = heardOf.put(job.id(), job.state());
        if (job.state().isTerminal() && before != job.state()) {
            countEnd(job.state());
        }
        if (job.redrivenAs() != null) {
            heardOf.putIfAbsent(job.redrivenAs(), JobState.QUEUED);
        }
        tell(invariant -> invariant.seen(job));
    }

    private void countEnd(JobState end) {
        switch (end) {
            case SUCCEEDED -> tally.count(Happening.JOB_SUCCEEDED);
            case FAILED -> tally.count(Happening.JOB_FAILED);
            case CANCELED -> tally.count(Happening.JOB_CANCELED);
            case EXPIRED -> tally.count(Happening.JOB_EXPIRED);
            case SCHEDULED, QUEUED, RUNNING -> {}
        }
    }

    /// The job may exist.
    void heardOf(JobId id) {
        heardOf.putIfAbsent(id, JobState.QUEUED);
    }

    List<JobId> jobs() {
        return List.copyOf(heardOf.keySet());
    }

    List<JobId> jobs(JobState state) {
        return heardOf.entrySet().stream()
                .filter(entry -> entry.getValue() == state)
                .map(Map.Entry::getKey)
                .toList();
    }

    boolean isAnyOpen() {
        return heardOf.values().stream().anyMatch(state -> !state.isTerminal());
    }

    /// A write failed, and the store is not open again yet.
    boolean isAway() {
        return running().health().condition() == StoreHealth.Condition.REOPENING;
    }

    /// The committed job, told to nobody; `null` if there is none.
    @Nullable
    Job look(JobId id) {
        return switch (running().<Job>read((reader, completion) -> reader.job(id, completion))) {
            case Outcome.Done<Job>(Job job) -> job;
            case Outcome.Refused<Job>(StoreRefusal refusal) -> {
                assertThat(refusal).isInstanceOf(StoreRefusal.NotFound.class);
                yield null;
            }
        };
    }

    /// Somebody asks for a job.
    void read(JobId id) {
        if (isAway()) {
            return;
        }
        tally.count(Happening.READ);
        Job job = look(id);
        if (job != null) {
            saw(job);
        } else {
            heardOf.remove(id);
            tell(invariant -> invariant.missing(id));
        }
    }

    /// Asks for every job anybody heard of.
    void lookAround() {
        wasReopened = false;
        jobs().forEach(this::read);
    }

    void readResult(JobId id) {
        Job job = isAway() ? null : look(id);
        if (job == null || job.state() != JobState.SUCCEEDED) {
            return;
        }
        Outcome<byte[]> outcome =
                running().<byte[]>read((reader, completion) -> reader.payload(id, PayloadPart.RESULT_BODY, completion));
        if (outcome instanceof Outcome.Done<byte[]>(byte[] result)) {
            tally.count(Happening.RESULT_COMPARED);
            tell(invariant -> invariant.resultRead(job, result));
        } else {
            assertThat(job.sizes().payloadGone())
                    .as("result of %s is gone: %s", id, outcome)
                    .isTrue();
        }
    }

    void readEvents(JobId id) {
        if (isAway()) {
            return;
        }
        Outcome<EventPage> outcome =
                running().<EventPage>read((reader, completion) -> reader.events(id, 0, 1_000, completion));
        switch (outcome) {
            case Outcome.Done<EventPage>(EventPage page) -> {
                if (!page.entries().isEmpty()) {
                    tally.count(Happening.EVENTS_COMPARED);
                }
                tell(invariant -> invariant.eventsRead(id, page.entries()));
            }
            case Outcome.Refused<EventPage>(StoreRefusal refusal) ->
                assertThat(refusal)
                        .as("events of %s", id)
                        .isInstanceOfAny(StoreRefusal.PayloadGone.class, StoreRefusal.NotFound.class);
        }
    }

    /// Asks for all notices of ends.
    void readNotices() {
        Outcome<JobPage> outcome = running()
                .<JobPage>read((reader, completion) -> reader.list(NOTICES, JobState.QUEUED, null, 1_000, completion));
        List<Notice> notices = ((Outcome.Done<JobPage>) outcome)
                .value().jobs().stream()
                        .map(job -> requireNonNull(job.notice(), "notice"))
                        .toList();
        if (!notices.isEmpty()) {
            tally.count(Happening.NOTICES_COMPARED);
        }
        tell(invariant -> invariant.notices(notices));
    }

    /// All entries of the topic.
    List<byte[]> topic() {
        Outcome<TopicPage> outcome =
                running().<TopicPage>read((reader, completion) -> reader.topic(TOPIC, 0, 1_000, completion));
        TopicPage page = ((Outcome.Done<TopicPage>) outcome).value();
        return page.entries().stream().map(TopicPage.Entry::bytes).toList();
    }
}
