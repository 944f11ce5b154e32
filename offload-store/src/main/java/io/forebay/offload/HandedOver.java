package io.forebay.offload;

import org.jspecify.annotations.Nullable;

/// What became of a [HandOver]: the job, and the lease under which the running call goes on. No lease: an earlier job
/// has the same idempotency key, `submitted` shows it, and the call is no job.
public record HandedOver(Submitted submitted, @Nullable Lease lease) {}
