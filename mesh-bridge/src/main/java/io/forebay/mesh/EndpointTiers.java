package io.forebay.mesh;

import java.util.List;

/// The endpoints of one backend by priority, those of weight 0 left out. Immutable. Sets of endpoints are bits by
/// position, as a backend has no more than fit one `long`.
public final class EndpointTiers {
    private final long[] tiers;
    private final long eligible;

    private EndpointTiers(long[] tiers) {
        this.tiers = tiers;
        long all = 0;
        for (long tier : tiers) {
            all |= tier;
        }
        this.eligible = all;
    }

    public static EndpointTiers of(List<Endpoint> endpoints) {
        int[] priorities = endpoints.stream()
                .filter(endpoint -> endpoint.weight() > 0)
                .mapToInt(Endpoint::priority)
                .distinct()
                .sorted()
                .toArray();
        long[] tiers = new long[priorities.length];
        for (int i = 0; i < endpoints.size(); i++) {
            for (int tier = 0; tier < tiers.length; tier++) {
                Endpoint endpoint = endpoints.get(i);
                boolean isOf = endpoint.weight() > 0 && endpoint.priority() == priorities[tier];
                tiers[tier] |= isOf ? 1L << i : 0;
            }
        }
        return new EndpointTiers(tiers);
    }

    /// How many there are.
    public int count() {
        return tiers.length;
    }

    /// The endpoints of one of them; 0 comes first.
    public long bits(int tier) {
        return tiers[tier];
    }

    /// All endpoints that may get calls.
    public long eligible() {
        return eligible;
    }

    /// Whether so few endpoints are healthy, of each tier, that all of all tiers are used.
    public boolean isPanic(HealthCheck health, long healthyBits) {
        for (int tier = 0; tier < tiers.length; tier++) {
            if (!isPanic(health, healthyBits, tier)) {
                return false;
            }
        }
        return tiers.length > 0;
    }

    /// The same of one tier, which the next one stands in for then.
    public boolean isPanic(HealthCheck health, long healthyBits, int tier) {
        return health.isPanic(Long.bitCount(healthyBits & tiers[tier]), Long.bitCount(tiers[tier]));
    }
}
