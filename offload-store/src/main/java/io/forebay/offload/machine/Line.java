package io.forebay.offload.machine;

import io.forebay.offload.JobId;

/// The job at the head of an ordering key's line, the only one of it that may run, and its place.
public record Line(JobId head, long headSeq) {}
