package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Submitted;
import java.util.LinkedHashSet;
import java.util.Set;

/// Contract 1: nothing that was accepted is forgotten: with workers at hand, every job comes to its end.
final class EveryJobEnds implements Invariant {
    private final World world;
    private final Set<JobId> accepted = new LinkedHashSet<>();

    EveryJobEnds(World world) {
        this.world = world;
    }

    @Override
    public void accepted(Request request, Submitted submitted) {
        accepted.add(submitted.job().id());
    }

    @Override
    public void seen(Job job) {
        accepted.add(job.id());
    }

    @Override
    public void atRest() {
        for (JobId id : accepted) {
            Job job = world.look(id);
            assertThat(job == null || job.state().isTerminal())
                    .as("%s has not ended: %s", id, job)
                    .isTrue();
        }
    }
}
