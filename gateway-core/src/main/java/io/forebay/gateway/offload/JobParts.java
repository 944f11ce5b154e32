package io.forebay.gateway.offload;

import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;

/// What the answers of the job endpoints work with.
record JobParts(JobStore store, JobReader reader, LongPolls longPolls, DrainMeter drain, JobSettings settings) {}
