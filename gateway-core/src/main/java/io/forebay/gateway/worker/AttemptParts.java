package io.forebay.gateway.worker;

import io.forebay.gateway.http.RequestHandler;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;

/// What every attempt works with.
///
/// @param ends counts the exchange of each attempt; nothing else of a handler is used
public record AttemptParts(JobStore store, JobReader reader, RequestHandler ends) {}
