package io.forebay.gateway.proxy;

import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.mesh.resilience.GuardTable;
import io.forebay.policy.route.BackendSplit;

/// The backends of the current policy with their limits and breakers: written by whoever publishes a policy, read by
/// each loop at its next call.
public final class UpstreamDirectory implements BackendSplit.Readiness {
    private final BreakerSettings breakers;
    private volatile GuardTable guards = GuardTable.EMPTY;

    /// @param breakers of endpoints that appear from now on
    public UpstreamDirectory(BreakerSettings breakers) {
        this.breakers = breakers;
    }

    /// Makes `snapshot` current. Called by one thread at a time, before the policy that names these backends is live.
    public void publish(BackendSnapshot snapshot, long nowNs) {
        guards = guards.next(snapshot, breakers, nowNs);
    }

    /// Whether some endpoint of the backend is healthy. A panic, in which all are used, does not make it so: what
    /// stands by for such a backend comes first. Any thread.
    @Override
    public boolean isReady(String backend) {
        BackendGuard guard = guards.guard(BackendId.of(backend));
        return guard != null && guard.hasHealthy(System.nanoTime());
    }

    /// The current guards.
    public GuardTable guards() {
        return guards;
    }
}
