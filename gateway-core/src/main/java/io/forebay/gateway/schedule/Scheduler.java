package io.forebay.gateway.schedule;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobState;
import io.forebay.offload.JobStore;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.TopicPage;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.schedule.SchedulePolicy;
import io.forebay.policy.schedule.SchedulePolicy.Concurrency;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Submits the jobs of schedules when their time has come. A run is one job, however often it is offered: its id
/// follows from its time ([ScheduledSubmission]); what was missed is made up as its schedule says ([DueRuns]), and what
/// lies before a schedule was not missed ([ScheduleBook]).
///
/// All its state belongs to the thread `job-scheduler`, which never waits: the store answers by callbacks.
public final class Scheduler implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Scheduler.class.getName());
    private static final long TICK_MS = 100;
    private static final int PAGE_ENTRIES = 1_000;

    /// As many runs are looked back after a start for one whose job may not be over.
    private static final int LOOK_BACK_MAX = 1_000;

    private static final long LOOK_BACK_MS = TimeUnit.DAYS.toMillis(7);

    private final JobStore store;
    private final JobReader reader;
    private final int nodeId;
    private final Supplier<PolicySnapshot> policy;
    private final InstantSource clock;
    private final ScheduledExecutorService thread;
    private final ScheduleBook book = new ScheduleBook();
    private final Map<String, ScheduledWork> works = new LinkedHashMap<>();
    /// Those whose earlier jobs are being looked for.
    private final Set<ScheduledWork> looking = new HashSet<>();
    private final RunCounts counts = new RunCounts();
    private volatile List<ScheduleStatus> statuses = List.of();
    private @Nullable PolicySnapshot followed;
    private long bookedTo;
    private boolean isBookRead;
    private int asked;
    private long askAgainAtMs;
    private long warnAgainAtMs;

    /// Does nothing until [#start()].
    ///
    /// @param nodeId the shard of the ids of its jobs
    public Scheduler(
            JobStore store, JobReader reader, int nodeId, Supplier<PolicySnapshot> policy, InstantSource clock) {
        this.store = store;
        this.reader = reader;
        this.nodeId = nodeId;
        this.policy = policy;
        this.clock = clock;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "job-scheduler"));
    }

    /// Begins to submit the runs of the schedules that the current policy names.
    public void start() {
        thread.scheduleWithFixedDelay(() -> guarded(this::tick), 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /// What became of the runs so far.
    public RunCounts counts() {
        return counts;
    }

    /// The schedules in force, as the last turn left them. Any thread.
    public List<ScheduleStatus> schedules() {
        return statuses;
    }

    private void post(Runnable work) {
        try {
            thread.execute(() -> guarded(work));
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "after the scheduler's end", e);
        }
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a turn of the scheduler failed", e);
        }
    }

    private void tick() {
        long nowMs = clock.millis();
        if (asked > 0 || nowMs < askAgainAtMs) {
            return;
        }
        if (!isBookRead) {
            readBook();
            return;
        }
        PolicySnapshot current = policy.get();
        if (current != followed) {
            follow(current, nowMs);
            return;
        }
        for (ScheduledWork work : works.values()) {
            guarded(() -> turn(work, nowMs));
        }
        statuses = works.values().stream().map(ScheduledWork::status).toList();
    }

    // ---- since when there are which schedules

    private void readBook() {
        asked++;
        reader.topic(
                ScheduleBook.TOPIC,
                bookedTo,
                PAGE_ENTRIES,
                outcome -> post(() -> {
                    asked--;
                    switch (outcome) {
                        case Outcome.Done<TopicPage>(TopicPage page) -> {
                            page.entries().forEach(entry -> book.read(entry.bytes()));
                            bookedTo = page.next();
                            isBookRead = page.entries().isEmpty();
                        }
                        case Outcome.Refused<TopicPage>(StoreRefusal refusal) -> askLater(refusal);
                    }
                }));
    }

    private void askLater(StoreRefusal refusal) {
        long nowMs = clock.millis();
        if (nowMs >= warnAgainAtMs) {
            LOG.log(Level.WARNING, "schedules wait for the store: {0}", refusal);
            warnAgainAtMs = nowMs + TimeUnit.MINUTES.toMillis(1);
        }
        askAgainAtMs = nowMs + TimeUnit.SECONDS.toMillis(1);
    }

    /// First what changes is put on record; once it is, the schedules are these.
    private void follow(PolicySnapshot current, long nowMs) {
        List<byte[]> changes = book.changes(current.schedules(), nowMs);
        if (changes.isEmpty()) {
            followed = current;
            adopt(current.schedules());
            return;
        }
        for (byte[] change : changes) {
            asked++;
            store.append(
                    ScheduleBook.TOPIC,
                    change,
                    outcome -> post(() -> {
                        asked--;
                        switch (outcome) {
                            case Outcome.Done<Long> _ -> book.read(change);
                            case Outcome.Refused<Long>(StoreRefusal refusal) -> askLater(refusal);
                        }
                    }));
        }
    }

    private void adopt(List<SchedulePolicy> schedules) {
        Map<String, ScheduledWork> before = new LinkedHashMap<>(works);
        works.clear();
        for (SchedulePolicy schedule : schedules) {
            Long since = book.sinceMs(schedule);
            long sinceMs = since == null ? clock.millis() : since;
            ScheduledWork work = before.get(schedule.id());
            if (work == null) {
                work = new ScheduledWork(schedule, sinceMs);
            } else {
                work.follow(schedule, sinceMs);
            }
            works.put(schedule.id(), work);
        }
    }

    // ---- one run

    private void missed(ScheduledWork work, long runs) {
        if (runs > 0) {
            counts.missed(runs);
            LOG.log(
                    Level.WARNING,
                    "schedule {0}: {1} missed run(s) are not made up",
                    work.schedule().id(),
                    runs);
        }
    }

    private void turn(ScheduledWork work, long nowMs) {
        if (!work.isCaughtUp()) {
            if (!looking.contains(work)) {
                Iterator<Long> runs = earlier(work.schedule(), nowMs).iterator();
                looking.add(work);
                catchUp(work, runs);
            }
            return;
        }
        missed(work, work.collect(nowMs));
        Long runMs = work.begin(nowMs);
        if (runMs != null) {
            try {
                advance(work, runMs, nowMs);
            } catch (RuntimeException e) {
                work.again(runMs, nowMs);
                throw e;
            }
        }
    }

    /// Looks for the latest run that has a job: what was done before this process began.
    private void catchUp(ScheduledWork work, Iterator<Long> runs) {
        if (!runs.hasNext()) {
            looking.remove(work);
            work.caughtUp(null);
            return;
        }
        JobId id = ScheduledSubmission.id(work.schedule(), runs.next(), nodeId);
        reader.job(
                id,
                outcome -> post(() -> {
                    switch (outcome) {
                        case Outcome.Done<Job> _ -> {
                            looking.remove(work);
                            work.caughtUp(id);
                        }
                        case Outcome.Refused<Job>(StoreRefusal.NotFound _) -> catchUp(work, runs);
                        case Outcome.Refused<Job>(StoreRefusal refusal) -> {
                            looking.remove(work);
                            askLater(refusal);
                        }
                    }
                }));
    }

    /// The runs up to now, the latest first.
    private List<Long> earlier(SchedulePolicy schedule, long nowMs) {
        if (schedule.isSuspended()) {
            return List.of();
        }
        Long since = book.sinceMs(schedule);
        long fromMs = Math.max(since == null ? nowMs : since, nowMs - LOOK_BACK_MS);
        ArrayDeque<Long> runs = new ArrayDeque<>();
        for (long runMs = schedule.nextMs(fromMs); runMs <= nowMs; runMs = schedule.nextMs(runMs)) {
            if (runs.size() == LOOK_BACK_MAX) {
                runs.removeLast();
            }
            runs.addFirst(runMs);
        }
        return List.copyOf(runs);
    }

    private void advance(ScheduledWork work, long runMs, long nowMs) {
        JobId lastJob = work.lastJob();
        if (work.isTooLate(runMs, nowMs)) {
            work.done();
            missed(work, 1);
        } else if (lastJob == null || work.schedule().concurrency() == Concurrency.ALLOW) {
            submit(work, runMs);
        } else {
            unlessRunning(work, runMs, lastJob);
        }
    }

    /// Submits the run unless the job of the one before it was not over when it was due, or is not over now.
    private void unlessRunning(ScheduledWork work, long runMs, JobId lastJob) {
        reader.job(
                lastJob,
                outcome -> post(() -> {
                    switch (outcome) {
                        case Outcome.Done<Job>(Job job) -> {
                            if (overlaps(job.state(), job.times(), runMs)) {
                                overlapping(work, runMs, job);
                            } else {
                                submit(work, runMs);
                            }
                        }
                        case Outcome.Refused<Job>(StoreRefusal.NotFound _) -> submit(work, runMs);
                        case Outcome.Refused<Job> _ -> work.again(runMs, clock.millis());
                    }
                }));
    }

    /// A run that is made up late is judged by what was so at its time, as it was before a restart.
    static boolean overlaps(JobState earlier, Job.Times times, long runMs) {
        return !earlier.isTerminal() || (times.createdMs() <= runMs && times.finishedMs() > runMs);
    }

    private void overlapping(ScheduledWork work, long runMs, Job earlier) {
        if (work.schedule().concurrency() == Concurrency.FORBID) {
            work.done();
            counts.forbidden();
            LOG.log(
                    Level.INFO,
                    "schedule {0}: the run of {1} is left out, job {2} is not over",
                    work.schedule().id(),
                    Instant.ofEpochMilli(runMs),
                    earlier.id());
        } else if (earlier.state().isTerminal()) {
            submit(work, runMs);
        } else {
            replace(work, runMs, earlier);
        }
    }

    private void replace(ScheduledWork work, long runMs, Job earlier) {
        store.cancel(
                earlier.id(),
                outcome -> post(() -> {
                    if (outcome instanceof Outcome.Refused<Job>(StoreRefusal refusal) && refusal.mayPass()) {
                        work.again(runMs, clock.millis());
                        return;
                    }
                    // If it was refused for good, it has ended meanwhile.
                    if (outcome instanceof Outcome.Done<Job>) {
                        counts.replaced();
                    }
                    submit(work, runMs);
                }));
    }

    private void submit(ScheduledWork work, long runMs) {
        Submission submission = ScheduledSubmission.of(work.schedule(), runMs, nodeId, LOOK_BACK_MS);
        store.submit(
                submission,
                outcome -> post(() -> {
                    switch (outcome) {
                        case Outcome.Done<Submitted>(Submitted submitted) -> {
                            work.lastJob(submitted.job().id());
                            work.done();
                            if (submitted.isNew()) {
                                counts.submitted();
                            }
                        }
                        case Outcome.Refused<Submitted>(StoreRefusal.PayloadTooLarge refusal) -> {
                            refused(work, runMs, refusal, "cannot become a job");
                            work.done();
                            counts.missed(1);
                        }
                        case Outcome.Refused<Submitted>(StoreRefusal refusal) -> {
                            if (work.again(runMs, clock.millis())) {
                                refused(work, runMs, refusal, "waits");
                            }
                        }
                    }
                }));
    }

    private static void refused(ScheduledWork work, long runMs, StoreRefusal refusal, String what) {
        LOG.log(
                Level.WARNING,
                "schedule {0}: the run of {1} {2}: {3}",
                work.schedule().id(),
                Instant.ofEpochMilli(runMs),
                what,
                refusal);
    }

    /// Ends; a run that was under way is a job, or is made up after the next start.
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
