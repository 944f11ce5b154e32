package io.forebay.offload.machine;

/// The idempotency key a job holds and when its submit's window ends.
public record KeyClaim(IdemKey key, long windowEndMs) {}
