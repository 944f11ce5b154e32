package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.StoreRefusal;
import java.util.HashMap;
import java.util.Map;

/// Contract 1: no phantom jobs. What was refused for certain does not exist, nor does what nobody asked for.
final class NoJobComesFromNowhere implements Invariant {
    /// Submissions of each id that were not refused.
    private final Map<JobId, Integer> possible = new HashMap<>();

    @Override
    public void offered(Request request) {
        possible.merge(request.id(), 1, Integer::sum);
    }

    @Override
    public void refused(Request request, StoreRefusal refusal) {
        possible.merge(request.id(), -1, Integer::sum);
    }

    @Override
    public void seen(Job job) {
        JobId asked = job.redriveOf() == null ? job.id() : job.redriveOf();
        if (job.redriveOf() != null) {
            // A redriven job may be redriven again.
            possible.putIfAbsent(job.id(), possible.getOrDefault(asked, 0));
        }
        assertThat(possible.getOrDefault(asked, 0))
                .as("submissions of %s that were not refused", asked)
                .isPositive();
    }
}
