package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Submitted;
import java.util.HashMap;
import java.util.Map;

/// Contract 1: each 202 leads to a job that is visible until it expires by policy.
final class AcceptedJobsAreNeverLost implements Invariant {
    private static final long NEVER = Long.MAX_VALUE;

    private final World world;
    /// When the bytes of each accepted job may go.
    private final Map<JobId, Long> keptUntilMs = new HashMap<>();

    AcceptedJobsAreNeverLost(World world) {
        this.world = world;
    }

    @Override
    public void accepted(Request request, Submitted submitted) {
        keptUntilMs.putIfAbsent(submitted.job().id(), NEVER);
    }

    @Override
    public void redriven(Job again) {
        keptUntilMs.putIfAbsent(again.id(), NEVER);
    }

    @Override
    public void withdrawing(JobId job) {
        keptUntilMs.put(job, 0L);
    }

    @Override
    public void seen(Job job) {
        if (job.state().isTerminal()) {
            keptUntilMs.put(job.id(), job.times().expiresMs());
        }
    }

    @Override
    public void missing(JobId id) {
        assertThat(keptUntilMs.getOrDefault(id, 0L))
                .as("%s is gone, and may not be before", id)
                .isLessThanOrEqualTo(world.nowMs());
    }
}
