package io.forebay.gateway.telemetry;

import io.forebay.mesh.BackendResource;
import io.forebay.mesh.EndpointState;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.CircuitBreaker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// The meters of the backends of the policy in force.
///
/// | meter | tags | counts |
/// |---|---|---|
/// | `forebay.backend.requests.active` | backend | requests that hold a connection |
/// | `forebay.backend.breakers.open` | backend | endpoints whose breaker is not closed |
/// | `forebay.backend.endpoints` | backend, state (`healthy`, `ejected`, `unhealthy`) | endpoints |
/// | `forebay.backend.panic` | backend | 1 while so few endpoints are healthy that all are used |
///
/// At most [#BACKENDS_MAX] backends have series of their own; the rest are counted together under the backend
/// [#OTHERS]. A backend that leaves the policy takes its series along.
final class BackendMeters {
    static final int BACKENDS_MAX = 100;
    static final String OTHERS = "others";

    private final MeterRegistry registry;
    private final Supplier<Collection<BackendGuard>> backends;
    private final Map<String, List<Meter>> bound = new HashMap<>();
    private volatile Map<String, List<BackendGuard>> byName = Map.of();

    BackendMeters(MeterRegistry registry, Supplier<Collection<BackendGuard>> backends) {
        this.registry = registry;
        this.backends = backends;
    }

    /// Follows the policy. Called by one thread at a time.
    void refresh() {
        Map<String, BackendGuard> present = new HashMap<>();
        backends.get().forEach(guard -> present.put(guard.backend().id().toString(), guard));
        Map<String, List<BackendGuard>> next = new HashMap<>();
        int named = (int) present.keySet().stream().filter(bound::containsKey).count();
        for (Map.Entry<String, BackendGuard> backend : present.entrySet()) {
            boolean isNew = !bound.containsKey(backend.getKey());
            boolean isNamed = !isNew || named < BACKENDS_MAX;
            named += isNew && isNamed ? 1 : 0;
            next.computeIfAbsent(isNamed ? backend.getKey() : OTHERS, _ -> new ArrayList<>())
                    .add(backend.getValue());
        }
        byName = Map.copyOf(next);
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
                tags,
                backend,
                guard -> guard.limit().inUse(BackendResource.REQUESTS)));
        meters.add(gauge("forebay.backend.breakers.open", tags, backend, BackendMeters::openBreakers));
        meters.add(gauge("forebay.backend.panic", tags, backend, guard -> guard.isPanic(System.nanoTime()) ? 1 : 0));
        for (EndpointState state : EndpointState.values()) {
            meters.add(gauge(
                    "forebay.backend.endpoints",
                    tags.and("state", state.word()),
                    backend,
                    guard -> endpoints(guard, state)));
        }
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

    private Meter gauge(String name, Tags tags, String backend, ToLongFunction<BackendGuard> value) {
        return Gauge.builder(name, this, meters -> meters.sum(backend, value))
                .tags(tags)
                .register(registry);
    }

    private long sum(String backend, ToLongFunction<BackendGuard> value) {
        return byName.getOrDefault(backend, List.of()).stream().mapToLong(value).sum();
    }
}
