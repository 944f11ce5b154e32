package io.forebay.mesh.balance;

import io.forebay.mesh.Endpoint;
import io.forebay.mesh.LocalZone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a call stays in the gateway's own zone. The zone takes all calls while enough of its endpoints are healthy,
/// and with fewer the share that they can be trusted with; the others take the rest (Envoy's priority levels and their
/// overprovisioning factor). Immutable.
final class ZoneRouting {
    /// Of endpoints of which so many are not healthy that the others would each get more than 1.4 times their share,
    /// some calls go elsewhere.
    private static final int OVERPROVISIONING_PERCENT = 140;

    private static final int WHOLE = 100;

    private final long localBits;
    private final int forcedEndpoints;

    private ZoneRouting(long localBits, int forcedEndpoints) {
        this.localBits = localBits;
        this.forcedEndpoints = forcedEndpoints;
    }

    /// The routing of a backend with these endpoints.
    ///
    /// @param zone null where none is preferred
    /// @return null where all endpoints are alike: none or all are in that zone
    static @Nullable ZoneRouting of(@Nullable LocalZone zone, List<Endpoint> endpoints) {
        if (zone == null) {
            return null;
        }
        long local = 0;
        for (int i = 0; i < endpoints.size(); i++) {
            local |= zone.name().equals(endpoints.get(i).zone()) ? 1L << i : 0;
        }
        boolean isDivided = local != 0 && Long.bitCount(local) < endpoints.size();
        return isDivided ? new ZoneRouting(local, zone.forcedEndpoints()) : null;
    }

    /// The endpoints that a call tries first: those of the zone, or all others.
    ///
    /// @param tier the endpoints that may get calls
    /// @param healthy of these and others
    /// @param number any
    long first(long tier, long healthy, long number) {
        long local = tier & localBits;
        long remote = tier & ~localBits;
        int wellHere = Long.bitCount(healthy & local);
        if (forcedEndpoints > 0 && wellHere >= forcedEndpoints) {
            return local;
        }
        int here = availability(wellHere, Long.bitCount(local));
        if (here == WHOLE) {
            return local;
        }
        int there = Math.min(WHOLE - here, availability(Long.bitCount(healthy & remote), Long.bitCount(remote)));
        boolean isHere = there == 0 || Long.remainderUnsigned(spread(number), here + there) < here;
        return isHere ? local : remote;
    }

    private static int availability(int healthy, int endpoints) {
        return endpoints == 0 ? 0 : Math.min(WHOLE, OVERPROVISIONING_PERCENT * healthy / endpoints);
    }

    /// Another number than the one that chooses among the endpoints: the finalizer of SplitMix64.
    private static long spread(long number) {
        long z = number + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
