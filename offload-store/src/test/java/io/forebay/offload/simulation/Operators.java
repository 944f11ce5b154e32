package io.forebay.offload.simulation;

import io.forebay.offload.Job;
import io.forebay.offload.JobFilter;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Outcome;
import io.forebay.offload.Pause;
import io.forebay.offload.QueueOperation;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Operators who pause, resume, redrive, purge, cancel, reconfigure, and leave traces in a topic.
final class Operators {
    private static final JobFilter OF_A_TENANT = new JobFilter(null, "tenant-0", null, 0, Long.MAX_VALUE);

    private final World world;
    private final Random random;
    private long generation;
    private int entries;

    Operators(World world) {
        this.world = world;
        this.random = world.random;
    }

    void act() {
        switch (random.nextInt(12)) {
            case 0 -> pause();
            case 1, 2 -> resume();
            case 3 -> redrive();
            case 4 -> operate(Happening.REDRIVE_ALL, QueueOperation.Action.REDRIVE, JobFilter.ALL);
            case 5 -> operate(Happening.PURGE, QueueOperation.Action.PURGE, Workers.POISONED);
            case 6 -> operate(Happening.CANCEL_ALL, QueueOperation.Action.CANCEL, OF_A_TENANT);
            case 7 -> stopOperation();
            case 8 -> stopIntake();
            case 9 -> configure();
            default -> append();
        }
    }

    void configure() {
        world.tally.count(Happening.CONFIGURE);
        long next = ++generation;
        world.<Long>call(
                (jobs, completion) -> jobs.configure(
                        Map.of(World.QUEUE, World.SETTINGS, World.NOTICES, World.SETTINGS), next, completion),
                outcome -> {},
                () -> {});
    }

    private void pause() {
        world.tally.count(Happening.PAUSE);
        long untilMs = random.nextBoolean() ? 0 : world.nowMs() + random.nextInt(5_000);
        world.<Long>call(
                (jobs, completion) -> jobs.pause(World.QUEUE, Pause.Side.DISPATCH, "why", untilMs, completion),
                outcome -> {
                    if (outcome instanceof Outcome.Done<Long>) {
                        world.tell(invariant -> invariant.paused(untilMs == 0 ? Long.MAX_VALUE : untilMs));
                    }
                },
                // It may have taken the place of a longer one.
                () -> world.tell(invariant -> invariant.paused(0)));
    }

    void resume() {
        world.tally.count(Happening.RESUME);
        world.<Long>call(
                (jobs, completion) -> jobs.resume(World.QUEUE, Pause.Side.DISPATCH, completion),
                outcome -> world.tell(invariant -> invariant.paused(0)),
                () -> world.tell(invariant -> invariant.paused(0)));
        world.<Long>call(
                (jobs, completion) -> jobs.resume(World.QUEUE, Pause.Side.INTAKE, completion), outcome -> {}, () -> {});
    }

    private void stopIntake() {
        world.tally.count(Happening.INTAKE_STOPPED);
        long untilMs = world.nowMs() + random.nextInt(2_000);
        world.<Long>call(
                (jobs, completion) -> jobs.pause(World.QUEUE, Pause.Side.INTAKE, "why", untilMs, completion),
                outcome -> {},
                () -> {});
    }

    private void redrive() {
        List<JobId> failed = world.jobs(JobState.FAILED);
        if (failed.isEmpty()) {
            return;
        }
        JobId id = failed.get(random.nextInt(failed.size()));
        world.tally.count(Happening.REDRIVE);
        world.<Job>call(
                (jobs, completion) -> jobs.redrive(id, completion),
                outcome -> {
                    if (outcome instanceof Outcome.Done<Job>(Job again)) {
                        world.tell(invariant -> invariant.redriven(again));
                        world.saw(again);
                    }
                },
                () -> {});
    }

    private void operate(Happening happening, QueueOperation.Action action, JobFilter filter) {
        world.tally.count(happening);
        QueueOperation operation = new QueueOperation(action, filter, random.nextInt(3));
        world.<Long>call(
                (jobs, completion) -> jobs.operate(World.QUEUE, operation, completion), outcome -> {}, () -> {});
    }

    private void stopOperation() {
        world.tally.count(Happening.OPERATION_STOPPED);
        world.<Long>call((jobs, completion) -> jobs.stopOperation(World.QUEUE, completion), outcome -> {}, () -> {});
    }

    private void append() {
        world.tally.count(Happening.APPEND);
        String entry = "entry " + entries++;
        world.<Long>call(
                (jobs, completion) -> jobs.append(World.TOPIC, Clients.bytes(entry), completion),
                outcome -> {
                    if (outcome instanceof Outcome.Done<Long>(Long offset)) {
                        world.tell(invariant -> invariant.appended(offset, entry));
                    }
                },
                () -> {});
    }
}
