package io.forebay.mesh.health;

import io.forebay.mesh.HealthCheck;

/// What probes have found of one endpoint. One thread reports, the prober's; all loops read, which costs one
/// volatile read. Without reports an endpoint is up. Outlives a policy reload by its address.
public final class EndpointHealth {
    private volatile boolean isUp = true;
    private volatile long upSinceNs;
    private boolean isKnown;
    private int streak;

    /// An endpoint that nobody has asked yet.
    ///
    /// @param nowNs since when it counts as up
    public EndpointHealth(long nowNs) {
        this.upSinceNs = nowNs;
    }

    /// Whether calls may go there.
    public boolean isUp() {
        return isUp;
    }

    /// Since when it has been up; while it is down, since when it was before.
    public long upSinceNs() {
        return upSinceNs;
    }

    /// The outcome of a probe. The first of all decides at once; afterwards it takes the threshold's number in a
    /// row to change what is.
    ///
    /// @return whether the endpoint went up or down by it
    public boolean onProbe(boolean isSuccess, HealthCheck.Active check, long nowNs) {
        if (isSuccess == isUp) {
            streak = 0;
            isKnown = true;
            return false;
        }
        int needed = isSuccess ? check.healthyThreshold() : check.unhealthyThreshold();
        streak++;
        if (isKnown && streak < needed) {
            return false;
        }
        isKnown = true;
        streak = 0;
        if (isSuccess) {
            upSinceNs = nowNs;
        }
        isUp = isSuccess;
        return true;
    }
}
