package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How one backend's endpoints share its calls.
///
/// @param slowStartNs how long an endpoint that is new or has come back grows into its share; 0 for at once. At
///     most a day; not with [Balance#CONSISTENT_HASH], which places requests and not shares
/// @param hashKey with [Balance#CONSISTENT_HASH] only
/// @param localZone whose endpoints go before others; null for none. Not with
///     [Balance#CONSISTENT_HASH], which sends the same request to the same endpoint from wherever
public record LoadBalancer(
        Balance balance,
        long slowStartNs,
        @Nullable HashKey hashKey,
        @Nullable LocalZone localZone) {
    public static final LoadBalancer DEFAULT = of(Balance.LEAST_REQUEST);

    private static final long SLOW_START_MAX_NS = TimeUnit.DAYS.toNanos(1);

    public LoadBalancer {
        requireNonNull(balance, "balance");
        boolean isHashed = balance == Balance.CONSISTENT_HASH;
        if (isHashed != (hashKey != null)) {
            throw new IllegalArgumentException("a hash key and " + Balance.CONSISTENT_HASH + " belong together");
        }
        if (slowStartNs < 0 || slowStartNs > SLOW_START_MAX_NS || (isHashed && slowStartNs > 0)) {
            throw new IllegalArgumentException("slowStartNs of " + balance + ": " + slowStartNs);
        }
        if (isHashed && localZone != null) {
            throw new IllegalArgumentException("a zone and " + balance + " exclude each other");
        }
    }

    /// No zone is preferred.
    public LoadBalancer(Balance balance, long slowStartNs, @Nullable HashKey hashKey) {
        this(balance, slowStartNs, hashKey, null);
    }

    /// The same without slow start; hashed by address.
    public static LoadBalancer of(Balance balance) {
        return new LoadBalancer(balance, 0, balance == Balance.CONSISTENT_HASH ? new HashKey.SourceIp() : null);
    }
}
