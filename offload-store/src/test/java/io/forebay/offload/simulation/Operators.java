package io.forebay.offload.simulation;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Operators who pause, resume, redrive, reconfigure, and leave traces in a topic.
final class Operators {
    private final World world;
    private final Random random;
    private long generation;
    private int entries;

    Operators(World world) {
        this.world = world;
        this.random = world.random;
    }

    void act() {
        switch (random.nextInt(8)) {
            case 0 -> pause();
            case 1, 2 -> resume();
            case 3 -> redrive();
            case 4 -> redriveAll();
            case 5 -> configure();
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
        world.<Long>call(
                (jobs, completion) -> jobs.pause(World.QUEUE, completion),
                outcome -> {
                    if (outcome instanceof Outcome.Done<Long>) {
                        world.tell(invariant -> invariant.paused(true));
                    }
                },
                () -> {});
    }

    void resume() {
        world.tally.count(Happening.RESUME);
        world.<Long>call(
                (jobs, completion) -> jobs.resume(World.QUEUE, completion),
                outcome -> world.tell(invariant -> invariant.paused(false)),
                () -> world.tell(invariant -> invariant.paused(false)));
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

    private void redriveAll() {
        world.tally.count(Happening.REDRIVE_ALL);
        world.<Long>call((jobs, completion) -> jobs.redriveAll(World.QUEUE, completion), outcome -> {}, () -> {});
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
