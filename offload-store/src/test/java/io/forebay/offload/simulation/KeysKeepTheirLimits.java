package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;
import java.util.HashMap;
import java.util.Map;

/// Of one limit key no more jobs run at once than the queue allows. That all of them run in the end is
/// [EveryJobEnds]'s matter.
final class KeysKeepTheirLimits implements Invariant {
    private static final int RUNNING_MAX = 2;

    private final World world;
    private final Map<JobId, String> keys = new HashMap<>();

    KeysKeepTheirLimits(World world) {
        this.world = world;
    }

    @Override
    public void offered(Request request) {
        String key = request.timing().limitKey();
        if (key != null) {
            keys.put(request.id(), key);
        }
    }

    @Override
    public void leased(Lease lease, LeaseKind kind) {
        String key = keys.get(lease.key().job());
        if (key == null) {
            return;
        }
        world.tally.count(Happening.LEASE_UNDER_A_LIMIT);
        int running = 0;
        for (JobId other : keys.keySet().toArray(JobId[]::new)) {
            if (!key.equals(keys.get(other))) {
                continue;
            }
            Job job = world.look(other);
            if (job != null && job.state().isTerminal()) {
                keys.remove(other);
            }
            running += job != null && job.state() == JobState.RUNNING ? 1 : 0;
        }
        assertThat(running).as("jobs of %s that run", key).isLessThanOrEqualTo(RUNNING_MAX);
    }
}
