package io.forebay.gateway.schedule;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobReader;
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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final RunCounts counts = new RunCounts();
    private volatile List<ScheduleStatus> statuses = List.of();
    private @Nullable PolicySnapshot followed;
    private long bookedTo;
    private boolean isBookRead;
    private int asked;
    private long askAgainAtMs;

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
            missed(work, work.collect(nowMs));
            advance(work, nowMs);
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
                            isBookRead = page.entries().size() < PAGE_ENTRIES;
                        }
                        case Outcome.Refused<TopicPage>(StoreRefusal refusal) -> askLater(refusal);
                    }
                }));
    }

    private void askLater(StoreRefusal refusal) {
        LOG.log(Level.DEBUG, "schedules wait for the store: {0}", refusal);
        askAgainAtMs = clock.millis() + TimeUnit.SECONDS.toMillis(1);
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

    private void advance(ScheduledWork work, long nowMs) {
        Long runMs = work.begin(nowMs);
        if (runMs == null) {
            return;
        }
        if (work.isTooLate(runMs, nowMs)) {
            work.done();
            missed(work, 1);
        } else if (work.schedule().concurrency() == Concurrency.ALLOW) {
            submit(work, runMs);
        } else if (work.lastJob() != null) {
            unlessRunning(work, runMs, List.of(work.lastJob()).iterator());
        } else {
            unlessRunning(work, runMs, earlier(work.schedule(), runMs).iterator());
        }
    }

    /// The jobs that runs before this one have, or would have had; the latest first.
    private List<JobId> earlier(SchedulePolicy schedule, long runMs) {
        List<JobId> ids = new ArrayList<>();
        for (long earlierMs = schedule.nextMs(runMs - LOOK_BACK_MS);
                earlierMs < runMs;
                earlierMs = schedule.nextMs(earlierMs)) {
            ids.add(ScheduledSubmission.id(schedule, earlierMs, nodeId));
        }
        return ids.reversed().stream().limit(LOOK_BACK_MAX).toList();
    }

    /// Submits the run if the first of the jobs that there is, is over.
    private void unlessRunning(ScheduledWork work, long runMs, Iterator<JobId> jobs) {
        if (!jobs.hasNext()) {
            submit(work, runMs);
            return;
        }
        reader.job(
                jobs.next(),
                outcome -> post(() -> {
                    switch (outcome) {
                        case Outcome.Done<Job>(Job job) -> {
                            work.lastJob(job.id());
                            if (job.state().isTerminal()) {
                                submit(work, runMs);
                            } else {
                                overlaps(work, runMs, job);
                            }
                        }
                        case Outcome.Refused<Job>(StoreRefusal.NotFound _) -> unlessRunning(work, runMs, jobs);
                        case Outcome.Refused<Job> _ -> work.again(clock.millis());
                    }
                }));
    }

    private void overlaps(ScheduledWork work, long runMs, Job earlier) {
        if (earlier.id().equals(ScheduledSubmission.id(work.schedule(), runMs, nodeId))) {
            // Its own: it was submitted before.
            work.done();
        } else if (work.schedule().concurrency() == Concurrency.FORBID) {
            work.done();
            counts.forbidden();
            LOG.log(
                    Level.INFO,
                    "schedule {0}: the run of {1} is left out, job {2} is not over",
                    work.schedule().id(),
                    Instant.ofEpochMilli(runMs),
                    earlier.id());
        } else {
            store.cancel(
                    earlier.id(),
                    outcome -> post(() -> {
                        switch (outcome) {
                            case Outcome.Done<Job> _ -> {
                                counts.replaced();
                                submit(work, runMs);
                            }
                            case Outcome.Refused<Job>(StoreRefusal refusal) -> {
                                if (refusal.mayPass()) {
                                    work.again(clock.millis());
                                } else {
                                    // It has ended meanwhile.
                                    submit(work, runMs);
                                }
                            }
                        }
                    }));
        }
    }

    private void submit(ScheduledWork work, long runMs) {
        SchedulePolicy schedule = work.schedule();
        Submission submission = ScheduledSubmission.of(schedule, runMs, nodeId, LOOK_BACK_MS);
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
                        case Outcome.Refused<Submitted>(StoreRefusal refusal) -> {
                            LOG.log(
                                    Level.WARNING,
                                    "schedule {0}: the run of {1} waits: {2}",
                                    schedule.id(),
                                    Instant.ofEpochMilli(runMs),
                                    refusal);
                            work.again(clock.millis());
                        }
                    }
                }));
    }

    /// Ends; a run that was under way is a job, or is made up after the next start.
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
