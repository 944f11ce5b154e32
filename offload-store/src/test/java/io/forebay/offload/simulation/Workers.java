package io.forebay.offload.simulation;

import io.forebay.offload.Answer;
import io.forebay.offload.Completion;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobFilter;
import io.forebay.offload.JobId;
import io.forebay.offload.JobStore;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;

/// Workers who take jobs, report on them once, twice or too late, or hang and say nothing.
final class Workers {
    private static final String POISON = "poison";
    static final JobFilter POISONED = new JobFilter(POISON, null, null, 0, Long.MAX_VALUE);
    private static final int HELD_MAX = 40;

    private final World world;
    private final Random random;
    private final List<Lease> held = new ArrayList<>();
    private final Map<LeaseKey, Integer> emitted = new HashMap<>();

    Workers(World world) {
        this.world = world;
        this.random = world.random;
    }

    void act() {
        switch (random.nextInt(11)) {
            case 0, 1, 2, 3 -> lease(1 + random.nextInt(3));
            case 4, 5, 6 -> report();
            case 7 -> heartbeat();
            case 8 -> emit();
            default -> {
                // Hangs.
            }
        }
    }

    void lease(int max) {
        LeaseKind kind = random.nextBoolean() ? LeaseKind.PUSH : LeaseKind.PULL;
        LeaseRequest request =
                new LeaseRequest(World.QUEUE, kind, max, 3_000 + random.nextInt(5_000), random.nextLong());
        world.<LeaseBatch>call(
                (jobs, completion) -> jobs.lease(request, completion),
                outcome -> {
                    if (outcome instanceof Outcome.Done<LeaseBatch>(LeaseBatch batch)) {
                        batch.leases().forEach(lease -> given(lease, kind));
                    }
                },
                () -> {});
    }

    private void given(Lease lease, LeaseKind kind) {
        world.tally.count(Happening.LEASE);
        world.tell(invariant -> invariant.leased(lease, kind));
        hold(lease);
    }

    /// Of some calls it turns out that they were not made.
    void handedOver(Lease lease) {
        world.tell(invariant -> invariant.handedOver(lease));
        hold(lease);
        if (random.nextInt(4) == 0) {
            withdraw(lease.key());
        }
    }

    private void withdraw(LeaseKey lease) {
        world.tally.count(Happening.WITHDRAW);
        world.tell(invariant -> invariant.withdrawing(lease.job()));
        report(lease, (jobs, completion) -> jobs.withdraw(lease, completion));
    }

    private void hold(Lease lease) {
        world.saw(lease.job());
        held.add(lease);
        if (held.size() > HELD_MAX) {
            held.removeFirst();
        }
    }

    /// Somebody is about to end this job whoever holds it.
    void reportingOn(JobId job) {
        held.stream()
                .map(Lease::key)
                .filter(key -> key.job().equals(job))
                .forEach(key -> world.tell(invariant -> invariant.reporting(key)));
    }

    private void report() {
        if (held.isEmpty()) {
            return;
        }
        int at = random.nextInt(held.size());
        Lease lease = held.get(at);
        if (lease.untilMs() < world.nowMs()) {
            world.tally.count(Happening.REPORT_AFTER_THE_LEASE);
        }
        if (random.nextInt(4) == 0) {
            world.tally.count(Happening.REPORT_TWICE);
        } else {
            held.remove(at);
        }
        switch (random.nextInt(8)) {
            case 0 -> release(lease.key());
            case 1, 2 -> fail(lease.key());
            default -> complete(lease.key());
        }
    }

    private void complete(LeaseKey lease) {
        world.tally.count(Happening.COMPLETE);
        Answer answer =
                new Answer(200, Clients.bytes("content-type: text/plain"), ResultsAreWhatWorkersSent.result(lease));
        report(lease, (jobs, completion) -> jobs.complete(lease, answer, completion));
    }

    private void fail(LeaseKey lease) {
        world.tally.count(Happening.FAIL);
        if (random.nextInt(6) == 0) {
            report(lease, (jobs, completion) -> jobs.fail(lease, Failure.fatal(POISON, null), completion));
            return;
        }
        Failure failure = new Failure(
                "status-503",
                random.nextInt(4) != 0,
                random.nextInt(2_000),
                random.nextInt(8) == 0,
                random.nextInt(4) == 0,
                null);
        report(lease, (jobs, completion) -> jobs.fail(lease, failure, completion));
    }

    private void release(LeaseKey lease) {
        world.tally.count(Happening.RELEASE);
        long delayMs = random.nextInt(2) * 500L;
        report(lease, (jobs, completion) -> jobs.release(lease, delayMs, completion));
    }

    private void report(LeaseKey lease, BiConsumer<JobStore, Completion<Job>> command) {
        world.tell(invariant -> invariant.reporting(lease));
        world.<Job>call(
                command,
                outcome -> {
                    if (outcome instanceof Outcome.Done<Job>(Job job)) {
                        world.tell(invariant -> invariant.reportTaken(lease));
                        world.saw(job);
                    }
                },
                () -> {});
    }

    private void heartbeat() {
        if (held.isEmpty()) {
            return;
        }
        LeaseKey lease = held.get(random.nextInt(held.size())).key();
        world.tally.count(Happening.HEARTBEAT);
        world.<Long>call(
                (jobs, completion) -> jobs.heartbeat(lease, 4_000, completion),
                outcome -> {
                    if (outcome instanceof Outcome.Done<Long>(Long untilMs)) {
                        world.tell(invariant -> invariant.extended(lease, untilMs));
                    }
                },
                () -> {});
    }

    /// The next event of a job, offered again until somebody says it is kept.
    private void emit() {
        if (held.isEmpty()) {
            return;
        }
        Lease lease = held.get(random.nextInt(held.size()));
        LeaseKey key = lease.key();
        int number = emitted.getOrDefault(key, lease.job().events());
        world.tally.count(Happening.EMIT);
        world.<Integer>call(
                (jobs, completion) ->
                        jobs.emit(key, number, List.of(EventsAreWhatWorkersSent.event(key, number)), completion),
                outcome -> {
                    if (outcome instanceof Outcome.Done<Integer>) {
                        emitted.merge(key, number + 1, Math::max);
                        world.tell(invariant -> invariant.emitted(key, number));
                    }
                },
                () -> {});
    }

    /// Everything held is completed: no worker hangs any more.
    void completeAll() {
        List<Lease> all = List.copyOf(held);
        held.clear();
        all.forEach(lease -> complete(lease.key()));
    }
}
