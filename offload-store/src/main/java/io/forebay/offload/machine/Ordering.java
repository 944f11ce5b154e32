package io.forebay.offload.machine;

/// A job's ordering key, the key's hash, and its place in the line.
public record Ordering(String key, long hash, long seq) {}
