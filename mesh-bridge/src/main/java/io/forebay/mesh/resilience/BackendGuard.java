package io.forebay.mesh.resilience;

import io.forebay.mesh.Backend;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.EndpointState;
import io.forebay.mesh.EndpointTiers;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.MaglevTable;
import io.forebay.mesh.health.EndpointHealth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A backend together with what all loops share of it: its concurrency limit, the breaker and the health of each
/// endpoint in the order of `backend.endpoints()`, and the hash table if it is balanced by one. Immutable itself;
/// limit, breakers and healths are shared with the guard of the generation before.
///
/// @param ejections how many breakers may be open at a time; null for all of them
/// @param table with [Balance#CONSISTENT_HASH] only
/// @param tiers the endpoints by priority
public record BackendGuard(
        Backend backend,
        ConcurrencyLimit limit,
        List<CircuitBreaker> breakers,
        List<EndpointHealth> healths,
        @Nullable EjectionLimit ejections,
        @Nullable MaglevTable table,
        EndpointTiers tiers) {
    public BackendGuard {
        breakers = List.copyOf(breakers);
        healths = List.copyOf(healths);
        int endpoints = backend.endpoints().size();
        if (breakers.size() != endpoints || healths.size() != endpoints) {
            throw new IllegalArgumentException("backend " + backend.id() + " has " + endpoints + " endpoints, "
                    + breakers.size() + " breakers and " + healths.size() + " healths");
        }
    }

    public static BackendGuard fresh(Backend backend, BreakerSettings settings, long nowNs) {
        return following(null, backend, settings, nowNs);
    }

    /// Keeps the limit's counts, and the breaker and the health of each endpoint whose address stays.
    ///
    /// @param standard of breakers that the backend's policy says nothing of
    static BackendGuard following(
            @Nullable BackendGuard earlier, Backend backend, BreakerSettings standard, long nowNs) {
        ConcurrencyLimit limit = earlier == null ? new ConcurrencyLimit(backend.limits()) : earlier.limit;
        limit.adjust(backend.limits());
        HealthCheck.Passive passive = backend.health().passive();
        BreakerSettings settings = passive == null ? standard : BreakerSettings.of(passive);
        List<CircuitBreaker> breakers = new ArrayList<>();
        List<EndpointHealth> healths = new ArrayList<>();
        for (Endpoint endpoint : backend.endpoints()) {
            int place = earlier == null ? -1 : earlier.placeOf(endpoint);
            CircuitBreaker breaker =
                    earlier == null || place < 0 ? new CircuitBreaker(settings, nowNs) : earlier.breakers.get(place);
            breaker.adjust(settings, nowNs);
            breakers.add(breaker);
            healths.add(
                    earlier == null || place < 0
                            ? new EndpointHealth(nowNs)
                            : health(earlier, earlier.healths.get(place), backend, nowNs));
        }
        EjectionLimit ejections = passive == null
                ? null
                : new EjectionLimit(
                        List.copyOf(breakers),
                        passive.ejectionsMax(backend.endpoints().size()));
        return new BackendGuard(
                backend,
                limit,
                breakers,
                healths,
                ejections,
                table(earlier, backend),
                EndpointTiers.of(backend.endpoints()));
    }

    /// How the endpoint at this place is.
    public EndpointState state(int place) {
        if (!healths.get(place).isUp()) {
            return EndpointState.UNHEALTHY;
        }
        return breakers.get(place).phase() == CircuitBreaker.Phase.CLOSED
                ? EndpointState.HEALTHY
                : EndpointState.EJECTED;
    }

    /// Whether so few endpoints take calls that all are used.
    public boolean isPanic(long nowNs) {
        return tiers.isPanic(backend.health(), healthyBits(nowNs));
    }

    /// Whether some endpoint would take a call without there being a panic.
    public boolean hasHealthy(long nowNs) {
        return healthyBits(nowNs) != 0;
    }

    private long healthyBits(long nowNs) {
        long healthy = 0;
        for (int i = 0; i < healths.size(); i++) {
            boolean isHealthy = healths.get(i).isUp() && breakers.get(i).isReady(nowNs);
            healthy |= isHealthy ? 1L << i : 0;
        }
        return healthy & tiers.eligible();
    }

    private int placeOf(Endpoint endpoint) {
        List<Endpoint> known = backend.endpoints();
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).hasAddressOf(endpoint)) {
                return i;
            }
        }
        return -1;
    }

    /// Once the checks are gone nobody would ever tell an endpoint that is down that it is up again.
    private static EndpointHealth health(BackendGuard earlier, EndpointHealth known, Backend later, long nowNs) {
        boolean isCheckedAlike =
                (earlier.backend.health().active() == null) == (later.health().active() == null);
        if (isCheckedAlike) {
            return known;
        }
        return new EndpointHealth(known.isUp() ? known.upSinceNs() : nowNs);
    }

    private static @Nullable MaglevTable table(@Nullable BackendGuard earlier, Backend backend) {
        if (backend.loadBalancer().balance() != Balance.CONSISTENT_HASH) {
            return null;
        }
        MaglevTable known = earlier == null ? null : earlier.table;
        return known != null && known.isOf(backend.endpoints()) ? known : MaglevTable.of(backend.endpoints());
    }
}
