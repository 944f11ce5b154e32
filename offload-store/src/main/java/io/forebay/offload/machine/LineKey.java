package io.forebay.offload.machine;

/// One ordering key of one queue. Two keys with the same hash share a line, which costs speed and breaks no
/// promise.
public record LineKey(int queueId, long keyHash) {}
