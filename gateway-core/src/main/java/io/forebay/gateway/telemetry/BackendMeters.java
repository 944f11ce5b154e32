package io.forebay.gateway.telemetry;

import io.forebay.mesh.BackendResource;
import io.forebay.mesh.EndpointState;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.CircuitBreaker;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// The meters of the backends of the policy in force, `forebay.backend.*`.
///
/// A bounded number of backends have series of their own; the rest are counted together ([SeriesTable]). A backend that
/// leaves the policy takes its series along.
final class BackendMeters {
    /// What is counted of requests.
    static final int ANSWERED = 0;

    static final int FAILED = 1;
    /// What is counted of probes.
    static final int PROBES_SUCCEEDED = 2;

    static final int PROBES_FAILED = 3;
    private static final int COUNTS = 4;
    private static final int GAUGES = 4;
    /// Series that one backend takes.
    static final int SERIES = COUNTS + GAUGES + EndpointState.values().length + BackendConnectionMeters.SERIES;

    private final MeterRegistry registry;
    private final SeriesTable counts;
    private final Supplier<Collection<BackendGuard>> backends;
    private final BackendConnectionMeters connections;
    private final Map<String, List<Meter>> bound = new HashMap<>();
    private volatile Map<String, List<BackendGuard>> byName = Map.of();

    BackendMeters(MeterRegistry registry, SeriesTable counts, Supplier<Collection<BackendGuard>> backends) {
        this.registry = registry;
        this.counts = counts;
        this.backends = backends;
        this.connections = new BackendConnectionMeters(registry);
    }

    /// The table of what is counted, which gives the places.
    ///
    /// @param namesMax without `other`
    static SeriesTable table(int loops, int namesMax) {
        return new SeriesTable(loops, COUNTS, namesMax);
    }

    /// Follows the policy. Called by one thread at a time.
    void refresh() {
        Map<String, BackendGuard> present = new LinkedHashMap<>();
        backends.get().forEach(guard -> present.put(guard.backend().id().toString(), guard));
        counts.retain(present::containsKey);
        present.keySet().forEach(counts::of);
        Set<String> named = counts.names();
        Map<String, List<BackendGuard>> next = new HashMap<>();
        present.forEach((name, guard) -> next.computeIfAbsent(
                        named.contains(name) ? name : SeriesTable.OTHER, _ -> new ArrayList<>())
                .add(guard));
        byName = Map.copyOf(next);
        connections.follow(byName);
        bound.entrySet().removeIf(entry -> {
            boolean isGone = !next.containsKey(entry.getKey());
            if (isGone) {
                entry.getValue().forEach(registry::remove);
            }
            return isGone;
        });
        next.keySet().forEach(backend -> bound.computeIfAbsent(backend, this::bind));
    }

    private List<Meter> bind(String backend) {
        List<Meter> meters = new ArrayList<>();
        Tags tags = Tags.of("backend", backend);
        meters.add(gauge(
                "forebay.backend.requests.active",
                "Requests that hold a place at a backend",
                tags,
                backend,
                guard -> guard.limit().inUse(BackendResource.REQUESTS)));
        meters.add(gauge(
                "forebay.backend.requests.limit",
                "Requests that a backend may have at a time just now",
                tags,
                backend,
                guard -> guard.limit().requestsMax()));
        meters.add(gauge(
                "forebay.backend.breakers.open",
                "Endpoints of a backend whose breaker is not closed",
                tags,
                backend,
                BackendMeters::openBreakers));
        meters.add(gauge(
                "forebay.backend.panic",
                "1 while so few endpoints of a backend are healthy that all are called",
                tags,
                backend,
                guard -> guard.isPanic(System.nanoTime()) ? 1 : 0));
        meters.add(counter(
                "forebay.backend.requests",
                "Requests that called a backend, by whether the backend has answered or they have failed",
                tags.and("outcome", "answered"),
                backend,
                ANSWERED));
        meters.add(counter(
                "forebay.backend.requests",
                "Requests that called a backend, by whether the backend has answered or they have failed",
                tags.and("outcome", "failed"),
                backend,
                FAILED));
        meters.add(counter(
                "forebay.backend.probes",
                "Probes of a backend's health check",
                tags.and("outcome", "succeeded"),
                backend,
                PROBES_SUCCEEDED));
        meters.add(counter(
                "forebay.backend.probes",
                "Probes of a backend's health check",
                tags.and("outcome", "failed"),
                backend,
                PROBES_FAILED));
        for (EndpointState state : EndpointState.values()) {
            meters.add(gauge(
                    "forebay.backend.endpoints",
                    "Endpoints of a backend: healthy, ejected for their answers, unhealthy by probes",
                    tags.and("state", state.word()),
                    backend,
                    guard -> endpoints(guard, state)));
        }
        connections.bind(backend, meters);
        return meters;
    }

    private static long openBreakers(BackendGuard guard) {
        return guard.breakers().stream()
                .filter(breaker -> breaker.phase() != CircuitBreaker.Phase.CLOSED)
                .count();
    }

    private static long endpoints(BackendGuard guard, EndpointState state) {
        long count = 0;
        for (int i = 0; i < guard.breakers().size(); i++) {
            count += guard.state(i) == state ? 1 : 0;
        }
        return count;
    }

    private Meter counter(String name, String help, Tags tags, String backend, int count) {
        return FunctionCounter.builder(name, counts, table -> table.sum(backend, count))
                .tags(tags)
                .description(help)
                .register(registry);
    }

    private Meter gauge(String name, String help, Tags tags, String backend, ToLongFunction<BackendGuard> value) {
        return Gauge.builder(name, this, meters -> meters.sum(backend, value))
                .tags(tags)
                .description(help)
                .register(registry);
    }

    private long sum(String backend, ToLongFunction<BackendGuard> value) {
        return byName.getOrDefault(backend, List.of()).stream().mapToLong(value).sum();
    }
}
