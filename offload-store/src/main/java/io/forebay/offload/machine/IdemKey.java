package io.forebay.offload.machine;

/// Scope and key of an idempotent submit, as the first 128 bits of the SHA-256 of each.
public record IdemKey(long scopeHigh, long scopeLow, long keyHigh, long keyLow) {}
