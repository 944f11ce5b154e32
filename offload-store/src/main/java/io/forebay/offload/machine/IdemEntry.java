package io.forebay.offload.machine;

import io.forebay.offload.JobId;

/// The job a key names, what a true repeat looks like, and until when the submit's own window binds it.
@SuppressWarnings("ArrayRecordComponent") // compared by value where it matters
public record IdemEntry(JobId job, byte[] fingerprint, long windowEndMs) {}
