package io.forebay.gateway.proxy;

import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.mesh.resilience.GuardTable;

/// The backends of the current policy with their limits and breakers: written by whoever publishes a policy, read by
/// each loop at its next call.
public final class UpstreamDirectory {
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

    /// The current guards.
    public GuardTable guards() {
        return guards;
    }
}
