package io.forebay.mesh.resilience;

import io.forebay.mesh.Backend;
import io.forebay.mesh.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A backend together with what protects it: its concurrency limit, and the breaker of each endpoint in the order of
/// `backend.endpoints()`. Immutable itself; limit and breakers are shared with the guard of the generation before.
public record BackendGuard(Backend backend, ConcurrencyLimit limit, List<CircuitBreaker> breakers) {
    public BackendGuard {
        breakers = List.copyOf(breakers);
        if (breakers.size() != backend.endpoints().size()) {
            throw new IllegalArgumentException("backend " + backend.id() + " has "
                    + backend.endpoints().size() + " endpoints and " + breakers.size() + " breakers");
        }
    }

    public static BackendGuard fresh(Backend backend, BreakerSettings settings, long nowNs) {
        return following(null, backend, settings, nowNs);
    }

    /// Keeps the limit's counts and the breaker of each endpoint whose address stays.
    static BackendGuard following(
            @Nullable BackendGuard earlier, Backend backend, BreakerSettings settings, long nowNs) {
        ConcurrencyLimit limit = earlier == null ? new ConcurrencyLimit(backend.limits()) : earlier.limit;
        limit.adjust(backend.limits());
        List<CircuitBreaker> breakers = backend.endpoints().stream()
                .map(endpoint -> breaker(earlier, endpoint, settings, nowNs))
                .toList();
        return new BackendGuard(backend, limit, breakers);
    }

    private static CircuitBreaker breaker(
            @Nullable BackendGuard earlier, Endpoint endpoint, BreakerSettings settings, long nowNs) {
        if (earlier != null) {
            for (int i = 0; i < earlier.breakers.size(); i++) {
                if (earlier.backend.endpoints().get(i).hasAddressOf(endpoint)) {
                    return earlier.breakers.get(i);
                }
            }
        }
        return new CircuitBreaker(settings, nowNs);
    }
}
