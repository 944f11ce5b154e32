package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;
import java.util.HashMap;
import java.util.Map;

/// Contract 4: terminal states never change, and no job goes back to an earlier version.
final class TerminalStatesNeverChange implements Invariant {
    private final Map<JobId, Job> latest = new HashMap<>();

    @Override
    public void seen(Job job) {
        Job before = latest.put(job.id(), job);
        if (before == null) {
            return;
        }
        assertThat(job.version()).as("version of %s", job.id()).isGreaterThanOrEqualTo(before.version());
        if (before.state().isTerminal()) {
            assertThat(job.state()).as("state of %s", job.id()).isEqualTo(before.state());
            assertThat(job.answerStatus()).as("answer of %s", job.id()).isEqualTo(before.answerStatus());
        }
    }

    @Override
    public void leased(Lease lease, LeaseKind kind) {
        Job before = latest.get(lease.key().job());
        assertThat(before != null && before.state().isTerminal())
                .as("%s is leased after its end", lease.key())
                .isFalse();
    }
}
