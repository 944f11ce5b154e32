package io.forebay.policy;

/// When a call to one backend that is slow to be answered is made a second time, at another endpoint.
///
/// @param percentile of the backend's recent times to the first byte: calls that take longer are hedged. 50 to 99
/// @param minDelayNs what is waited at least; 1 ms to 1 min
public record BackendHedging(int percentile, long minDelayNs) {}
