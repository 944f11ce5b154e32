package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// Asks for up to `max` jobs of one queue, each for `termMs`. `tokenSeed` is 64 random bits from a cryptographic
/// source; the token of each lease is derived from it.
public record LeaseRequest(String queue, LeaseKind kind, int max, long termMs, long tokenSeed) {
    public static final int LEASES_MAX = 64;

    public LeaseRequest {
        requireNonNull(queue, "queue");
        requireNonNull(kind, "kind");
        if (max < 1 || max > LEASES_MAX) {
            throw new IllegalArgumentException("max must be 1 to " + LEASES_MAX + ": " + max);
        }
        if (termMs < 1) {
            throw new IllegalArgumentException("termMs must be positive: " + termMs);
        }
    }
}
