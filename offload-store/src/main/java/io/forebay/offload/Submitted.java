package io.forebay.offload;

/// A job is on disk. `replayed`: this submit created nothing, it found the job an earlier one with the same key (or
/// the same id) created. `ahead` is the queue's waiting jobs at that commit, this one included.
public record Submitted(Job job, boolean replayed, long ahead) {}
