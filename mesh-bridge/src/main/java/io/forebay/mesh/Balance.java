package io.forebay.mesh;

/// How a backend's calls are spread over its endpoints.
public enum Balance {
    /// Each endpoint in turn, in proportion to the weights and as evenly interleaved as they allow.
    ROUND_ROBIN,
    /// Of two endpoints drawn at random, the one with fewer calls in flight on this loop, relative to its weight.
    LEAST_REQUEST,
    /// Of two endpoints drawn at random, the one whose answers have lately begun sooner, times its calls in flight.
    PEAK_EWMA,
    /// The endpoint that what the request bears is hashed to; it moves only when that endpoint is not ready.
    CONSISTENT_HASH
}
