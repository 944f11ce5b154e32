package io.forebay.gateway.schedule;

import io.forebay.offload.JobId;
import io.forebay.policy.schedule.SchedulePolicy;
import org.jspecify.annotations.Nullable;

/// A schedule at one moment.
///
/// @param nextMs when its next run is due, `Long.MAX_VALUE` while it is suspended
/// @param waiting runs that are due and not yet jobs
/// @param lastJob the latest that this process has submitted or seen
public record ScheduleStatus(
        SchedulePolicy schedule,
        long nextMs,
        int waiting,
        @Nullable JobId lastJob) {}
