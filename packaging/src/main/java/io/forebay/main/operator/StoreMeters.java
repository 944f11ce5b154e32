package io.forebay.main.operator;

import io.forebay.offload.JobReader;
import io.forebay.offload.QueueStats;
import io.forebay.offload.StoreHealth;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoreSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/// What the store does, and how it is: `forebay.store.*`, and `forebay.queues.*` over all queues. Called on
/// `store-writer`; counters only, nothing that waits.
public final class StoreMeters implements StoreObserver {
    private static final Duration[] COMMIT_BOUNDS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
    };
    private static final Pattern CAPITAL = Pattern.compile("(?<=.)([A-Z])");

    private final MeterRegistry registry;
    private final Map<Class<? extends StoreRefusal>, Counter> refusals = new ConcurrentHashMap<>();
    private final Timer opened;
    private final Timer commits;
    private final Counter commands;
    private final Counter bytes;
    private final Counter stalls;
    private final Counter failures;
    private final Counter damaged;

    public StoreMeters(MeterRegistry registry) {
        this.registry = registry;
        this.commits = Timer.builder("forebay.store.commit")
                .description("Synced commits, and how long they took")
                .serviceLevelObjectives(COMMIT_BOUNDS)
                .register(registry);
        this.commands = counter("forebay.store.commands", "Commands that were committed");
        this.bytes = counter("forebay.store.bytes", "Bytes that were committed");
        this.stalls =
                counter("forebay.store.stalls", "Writes that the storage engine held off, and that were repeated");
        this.failures = counter("forebay.store.commit.failures", "Writes that failed; the store was opened again");
        this.damaged = counter("forebay.store.damaged", "Stored values that did not pass their checks");
        this.opened = Timer.builder("forebay.store.open")
                .description("Openings of the store, and how long they took")
                .register(registry);
    }

    private Counter counter(String name, String help) {
        return Counter.builder(name).description(help).register(registry);
    }

    /// Binds the gauges of the store and of its queues.
    ///
    /// @param data the folder whose disk the store is on
    public void bind(JobReader reader, Path data) {
        gauge(
                "forebay.queues.waiting",
                "Jobs of all queues that wait, or are to run later",
                reader,
                QueueStats::waiting);
        gauge("forebay.queues.running", "Jobs of all queues that run", reader, QueueStats::running);
        gauge(
                "forebay.queues.dead",
                "Failed jobs of all queues that were not redriven",
                reader,
                QueueStats::deadLetters);
        for (StoreHealth.Condition condition : StoreHealth.Condition.values()) {
            Gauge.builder("forebay.store.condition", () -> reader.health().condition() == condition ? 1 : 0)
                    .tag("condition", condition.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .description("1 for how the store is; waiting: another process still has it")
                    .register(registry);
        }
        Gauge.builder("forebay.store.disk.free.bytes", () -> data.toFile().getUsableSpace())
                .description("What is free on the disk of the data folder")
                .register(registry);
        Gauge.builder("forebay.store.disk.mark.bytes", StoreSettings.DEFAULT::diskHardMarkBytes)
                .description("With less than this free on the disk new jobs are refused")
                .register(registry);
    }

    private void gauge(String name, String help, JobReader reader, ToLongFunction<QueueStats> value) {
        Gauge.builder(name, () -> sum(reader, value)).description(help).register(registry);
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
        refusals.computeIfAbsent(refusal.getClass(), this::refusals).increment();
    }

    private Counter refusals(Class<? extends StoreRefusal> why) {
        String words = CAPITAL.matcher(why.getSimpleName()).replaceAll("-$1").toLowerCase(Locale.ROOT);
        return Counter.builder("forebay.store.refusals")
                .tag("reason", words)
                .description("Commands that the store has refused")
                .register(registry);
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
        opened.record(durationNs, TimeUnit.NANOSECONDS);
    }

    @Override
    public void damaged(String where) {
        damaged.increment();
    }
}
