package io.forebay.gateway.schedule;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/// What became of the runs of all schedules since the process began. Any thread reads, `job-scheduler` counts.
public final class RunCounts {
    private final AtomicLong submitted = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();
    private final AtomicLong forbidden = new AtomicLong();
    private final AtomicLong replaced = new AtomicLong();

    RunCounts() {}

    /// Runs that became jobs.
    public long ofSubmitted() {
        return submitted.get();
    }

    /// Runs whose time passed and that are not made up.
    public long ofMissed() {
        return missed.get();
    }

    /// Runs left out because an earlier one was not over (`Forbid`).
    public long ofForbidden() {
        return forbidden.get();
    }

    /// Binds `forebay.schedules.runs`, by `outcome`.
    public void bind(MeterRegistry registry) {
        bind(registry, "submitted", submitted);
        bind(registry, "missed", missed);
        bind(registry, "forbidden", forbidden);
        bind(registry, "replaced", replaced);
    }

    private static void bind(MeterRegistry registry, String outcome, AtomicLong count) {
        FunctionCounter.builder("forebay.schedules.runs", count, AtomicLong::doubleValue)
                .tag("outcome", outcome)
                .description("Runs of schedules, by what became of them")
                .register(registry);
    }

    void submitted() {
        submitted.incrementAndGet();
    }

    void missed(long runs) {
        missed.addAndGet(runs);
    }

    void forbidden() {
        forbidden.incrementAndGet();
    }

    void replaced() {
        replaced.incrementAndGet();
    }
}
