package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.Timing;
import java.util.HashMap;
import java.util.Map;

/// No attempt begins before a job's time, and none after its deadline.
final class DeadlinesAndDelaysAreKept implements Invariant {
    private final World world;
    private final Map<io.forebay.offload.JobId, Timing> timings = new HashMap<>();

    DeadlinesAndDelaysAreKept(World world) {
        this.world = world;
    }

    @Override
    public void offered(Request request) {
        timings.put(request.id(), request.timing());
    }

    @Override
    public void leased(Lease lease, LeaseKind kind) {
        Job job = lease.job();
        Timing timing = timings.get(job.id());
        if (timing == null) {
            return;
        }
        assertThat(world.nowMs() + World.CLOCK_TOLERANCE_MS)
                .as("%s before its time", job.id())
                .isGreaterThanOrEqualTo(job.times().createdMs() + timing.delayMs());
        if (timing.deadlineMs() != 0) {
            // A deadline that has passed at submit is noticed by the next batch.
            assertThat(world.nowMs())
                    .as("%s after its deadline", job.id())
                    .isLessThanOrEqualTo(
                            Math.max(timing.deadlineMs(), job.times().createdMs()) + World.CLOCK_TOLERANCE_MS);
        }
    }
}
