package io.forebay.gateway.telemetry;

import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.ConnectionCounts;
import io.forebay.mesh.resilience.ConnectionCounts.End;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/// The meters of the connections to backends that calls share, `forebay.backend.connections.*`; why they are closed
/// says [End].
///
/// What is counted stays with its backend. Under [SeriesTable#OTHER] it does not become less as one leaves: what that
/// had is kept. Followed by one thread at a time, read by any.
final class BackendConnectionMeters {
    /// Series that one backend takes.
    static final int SERIES = 3 + End.values().length;

    private final MeterRegistry registry;
    /// What the others had that are counted under `other` no longer.
    private final Map<End, LongAdder> leftClosed = new EnumMap<>(End.class);

    private final LongAdder leftOpened = new LongAdder();
    private volatile Map<String, Set<ConnectionCounts>> byName = Map.of();

    BackendConnectionMeters(MeterRegistry registry) {
        this.registry = registry;
        for (End why : End.values()) {
            leftClosed.put(why, new LongAdder());
        }
    }

    /// @param guards by the name under which they are counted
    void follow(Map<String, List<BackendGuard>> guards) {
        Map<String, Set<ConnectionCounts>> before = byName;
        Map<String, Set<ConnectionCounts>> next = new HashMap<>();
        guards.forEach((name, ofName) -> {
            Set<ConnectionCounts> counts = new HashSet<>();
            ofName.forEach(guard -> counts.add(guard.limit().connections()));
            next.put(name, counts);
        });
        Set<ConnectionCounts> left = new HashSet<>(before.getOrDefault(SeriesTable.OTHER, Set.of()));
        left.removeAll(next.getOrDefault(SeriesTable.OTHER, Set.of()));
        for (ConnectionCounts counts : left) {
            leftClosed.forEach((why, earlier) -> earlier.add(counts.closed(why)));
            leftOpened.add(counts.opened());
        }
        byName = next;
    }

    /// Makes the series of one backend, and adds them to `meters`.
    void bind(String backend, List<Meter> meters) {
        Tags tags = Tags.of("backend", backend);
        meters.add(gauge(
                "forebay.backend.connections.open",
                "Connections to a backend that stand, of those that calls share",
                tags,
                backend,
                ConnectionCounts::open));
        meters.add(gauge(
                "forebay.backend.connections.idle",
                "Of the open connections to a backend, those that carry no call; a tenth of a second old",
                tags,
                backend,
                ConnectionCounts::idle));
        meters.add(counter(
                "forebay.backend.connections.opened",
                "Connections to a backend that were opened",
                tags,
                backend,
                leftOpened,
                ConnectionCounts::opened));
        leftClosed.forEach((why, earlier) -> meters.add(counter(
                "forebay.backend.connections.closed",
                "Connections to a backend that are closed, by why",
                tags.and("reason", why.word()),
                backend,
                earlier,
                counts -> counts.closed(why))));
    }

    private Meter gauge(String name, String help, Tags tags, String backend, ToLongFunction<ConnectionCounts> value) {
        return Gauge.builder(name, this, meters -> meters.sum(backend, value))
                .tags(tags)
                .description(help)
                .register(registry);
    }

    private Meter counter(
            String name,
            String help,
            Tags tags,
            String backend,
            LongAdder earlier,
            ToLongFunction<ConnectionCounts> value) {
        return FunctionCounter.builder(name, this, meters -> meters.total(backend, earlier, value))
                .tags(tags)
                .description(help)
                .register(registry);
    }

    private long sum(String backend, ToLongFunction<ConnectionCounts> value) {
        return byName.getOrDefault(backend, Set.of()).stream().mapToLong(value).sum();
    }

    private long total(String backend, LongAdder earlier, ToLongFunction<ConnectionCounts> value) {
        return (backend.equals(SeriesTable.OTHER) ? earlier.sum() : 0) + sum(backend, value);
    }
}
