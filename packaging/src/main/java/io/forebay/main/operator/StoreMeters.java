package io.forebay.main.operator;

import io.forebay.offload.JobReader;
import io.forebay.offload.QueueStats;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreRefusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/// The catalogue of the store's meters. Called on `store-writer`; counters only, nothing that waits.
///
/// | meter | tags | counts |
/// |---|---|---|
/// | `forebay.store.commit` | | synced commits and how long they took |
/// | `forebay.store.commands`, `forebay.store.bytes` | | what they carried |
/// | `forebay.store.refusals` | reason | commands refused |
/// | `forebay.store.stalls`, `forebay.store.commit.failures`, `forebay.store.damaged` | | troubles |
/// | `forebay.queues.waiting`, `.running`, `.dead` | | over all queues |
public final class StoreMeters implements StoreObserver {
    private final MeterRegistry registry;
    private final Timer commits;
    private final Counter commands;
    private final Counter bytes;
    private final Counter stalls;
    private final Counter failures;
    private final Counter damaged;

    public StoreMeters(MeterRegistry registry) {
        this.registry = registry;
        this.commits = registry.timer("forebay.store.commit");
        this.commands = registry.counter("forebay.store.commands");
        this.bytes = registry.counter("forebay.store.bytes");
        this.stalls = registry.counter("forebay.store.stalls");
        this.failures = registry.counter("forebay.store.commit.failures");
        this.damaged = registry.counter("forebay.store.damaged");
    }

    /// Binds the gauges of the queues.
    public void bind(JobReader reader) {
        gauge("forebay.queues.waiting", reader, QueueStats::waiting);
        gauge("forebay.queues.running", reader, QueueStats::running);
        gauge("forebay.queues.dead", reader, QueueStats::deadLetters);
    }

    private void gauge(String name, JobReader reader, ToLongFunction<QueueStats> value) {
        Gauge.builder(name, () -> sum(reader, value)).register(registry);
    }

    private static double sum(JobReader reader, ToLongFunction<QueueStats> value) {
        return (double) reader.queues().values().stream().mapToLong(value).sum();
    }

    @Override
    public void committed(int commandCount, long byteCount, long durationNs) {
        commits.record(durationNs, TimeUnit.NANOSECONDS);
        commands.increment(commandCount);
        bytes.increment((double) byteCount);
    }

    @Override
    public void refused(StoreRefusal refusal) {
        registry.counter("forebay.store.refusals", "reason", refusal.getClass().getSimpleName())
                .increment();
    }

    @Override
    public void stalled() {
        stalls.increment();
    }

    @Override
    public void commitFailed(String reason) {
        failures.increment();
    }

    @Override
    public void opened(long durationNs, int replayed) {
        registry.timer("forebay.store.open").record(durationNs, TimeUnit.NANOSECONDS);
    }

    @Override
    public void damaged(String where) {
        damaged.increment();
    }
}
