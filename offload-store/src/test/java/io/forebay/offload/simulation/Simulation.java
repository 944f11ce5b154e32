package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.JobState;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submitted;
import io.forebay.offload.intake.PlantedDefect;
import io.forebay.offload.storage.SimulatedDisk;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// One seed: a few hundred steps of trouble, then a long calm in which everything must come to its end.
final class Simulation {
    private static final int STEPS = 250;
    private static final int CALM_ROUNDS_MAX = 400;
    private static final long CALM_ROUND_MS = 2_000;
    /// Longer than anything is kept.
    private static final long AGE_MS = 3 * 3_600_000L;

    private final World world;
    private final Random random;
    private final Workers workers;
    private final Clients clients;
    private final Operators operators;

    private Simulation(long seed, @Nullable PlantedDefect defect, Tally tally) {
        this.world = new World(seed, defect, tally);
        this.random = world.random;
        this.workers = new Workers(world);
        this.clients = new Clients(world, workers);
        this.operators = new Operators(world);
    }

    /// Fails with an [AssertionError] that names the seed and what does not hold.
    static Tally run(long seed, @Nullable PlantedDefect defect) {
        Tally tally = new Tally();
        try {
            new Simulation(seed, defect, tally).run();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e, e);
        }
        return tally;
    }

    private void run() {
        world.start();
        operators.configure();
        world.batch(1);
        for (int step = 0; step < STEPS; step++) {
            step();
        }
        calm();
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 45) {
            clients.act();
        } else if (dice < 90) {
            workers.act();
        } else {
            operators.act();
        }
        if (random.nextInt(100) < 4) {
            trouble();
        }
        if (random.nextInt(100) < 45) {
            world.batch(1 + random.nextInt(6));
            if (random.nextInt(3) == 0) {
                refillAll(Happening.REFILL_AT_ONCE);
            }
        } else if (random.nextInt(100) < 20 && world.isRefillWaiting()) {
            world.refill();
            world.tally.count(Happening.REFILL_LATE);
        }
        timePasses();
    }

    private void refillAll(Happening how) {
        while (world.isRefillWaiting()) {
            world.refill();
            world.tally.count(how);
        }
    }

    private void timePasses() {
        int dice = random.nextInt(400);
        if (dice == 0) {
            age();
        } else if (dice < 80) {
            world.pass(random.nextInt(3_000));
        } else if (dice < 250) {
            world.pass(1 + random.nextInt(20));
        }
    }

    /// So long that what has ended is forgotten. No command is that long under way, and everybody asks once more
    /// before.
    private void age() {
        settle();
        world.lookAround();
        world.pass(AGE_MS);
    }

    private void trouble() {
        switch (random.nextInt(9)) {
            case 0 -> plant(Happening.KILLED_BEFORE_THE_WRITE, SimulatedDisk.Fault.CRASH_LOST);
            case 1 -> plant(Happening.KILLED_IN_THE_WRITE, SimulatedDisk.Fault.CRASH_TORN);
            case 2 -> plant(Happening.KILLED_AFTER_THE_WRITE, SimulatedDisk.Fault.CRASH_WRITTEN);
            case 3 -> plant(Happening.WRITE_FAILED, SimulatedDisk.Fault.WRITE_FAILED);
            case 4 -> plant(Happening.SYNC_FAILED, SimulatedDisk.Fault.SYNC_FAILED);
            case 5 -> plant(Happening.DISK_FULL, SimulatedDisk.Fault.FULL);
            case 6 -> {
                world.tally.count(Happening.DISK_LOW);
                world.disk.low(random.nextBoolean());
            }
            case 7 -> world.disk.stallNext(1 + random.nextInt(2));
            default -> {
                world.tally.count(Happening.KILLED_BETWEEN_COMMITS);
                world.kill();
                world.start();
            }
        }
    }

    private void plant(Happening happening, SimulatedDisk.Fault fault) {
        world.tally.count(happening);
        world.disk.failNext(fault);
    }

    private void calm() {
        world.disk.failNext(null);
        world.disk.low(false);
        world.pass(CALM_ROUND_MS);
        settle();
        operators.resume();
        settle();
        for (int round = 0; round < CALM_ROUNDS_MAX && world.isAnyOpen(); round++) {
            world.pass(CALM_ROUND_MS);
            workers.lease(4);
            settle();
            workers.completeAll();
            settle();
            world.lookAround();
        }
        world.jobs(JobState.SUCCEEDED).forEach(world::readResult);
        world.jobs().forEach(world::readEvents);
        world.readNotices();
        world.tell(Invariant::atRest);
        age();
        settle();
        world.lookAround();
        quotasCountWhatIsThere();
    }

    /// Contract 10: with nothing unfinished, a tenant may have all of its quota, and no more. An operation may have
    /// made a job that nobody heard of; then nothing is said.
    private void quotasCountWhatIsThere() {
        List<Outcome<Submitted>> outcomes = clients.fillQuota();
        settle();
        if (outcomes.getFirst() instanceof Outcome.Done<Submitted>(Submitted first) && first.ahead() > 1) {
            return;
        }
        world.tally.count(Happening.QUOTA_FILLED);
        assertThat(outcomes.stream().filter(Outcome.Done.class::isInstance).count())
                .as("submissions of a tenant without unfinished jobs that were taken")
                .isEqualTo(World.SETTINGS.tenants().depthMax());
        assertThat(((Outcome.Refused<Submitted>) outcomes.getLast()).refusal())
                .isInstanceOf(StoreRefusal.TenantFull.class);
    }

    /// Until nobody waits for anything.
    private void settle() {
        do {
            world.batch(64);
            refillAll(Happening.REFILL_AT_ONCE);
        } while (world.commandsWaiting() > 0);
        world.batch(0);
    }
}
