package io.forebay.mesh;

/// How a backend's calls are spread over its endpoints.
public enum Balance {
    /// Each endpoint in turn, in proportion to the weights and as evenly interleaved as they allow.
    ROUND_ROBIN,
    /// Of two endpoints drawn at random, the one with fewer calls in flight on this loop, relative to its weight.
    LEAST_REQUEST
}
