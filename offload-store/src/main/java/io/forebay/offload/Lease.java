package io.forebay.offload;

/// The right to run one attempt of one job until `untilMs` (wall clock, moved by heartbeats). Its request is read with
/// [JobReader#requests] if it is small, else part by part.
public record Lease(LeaseKey key, Job job, int attempt, long untilMs) {}
