package io.forebay.offload.codec;

import io.forebay.offload.machine.JobIndex;

/// What every commit leaves behind: the time of its batch, and what the index began with if it began after it.
public record Stamp(long nowMs, JobIndex.Beginning beginning) {}
