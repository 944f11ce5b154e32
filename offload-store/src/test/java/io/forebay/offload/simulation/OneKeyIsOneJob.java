package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submitted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Contract 2: one key and fingerprint are at most one job, for as long as the key holds: to the end of its window, and
/// of its job, and of that job's retention.
final class OneKeyIsOneJob implements Invariant {
    private final World world;
    private final Map<String, Bound> bound = new HashMap<>();
    private final Map<JobId, Request> requests = new HashMap<>();
    private final Set<JobId> withdrawn = new HashSet<>();

    private record Bound(JobId job, int content, long sinceMs) {}

    OneKeyIsOneJob(World world) {
        this.world = world;
    }

    @Override
    public void offered(Request request) {
        requests.put(request.id(), request);
    }

    @Override
    public void accepted(Request request, Submitted submitted) {
        boolean isItsOwn = !submitted.isNew() && submitted.job().id().equals(request.id());
        if (request.key() == null || isItsOwn) {
            return;
        }
        Bound before = bound.get(request.key());
        if (before == null || isReleased(before)) {
            bind(request, submitted.job());
            return;
        }
        assertThat(submitted.job().id()).as("the job of key %s", request.key()).isEqualTo(before.job());
        assertThat(request.content())
                .as("another request under key %s must be refused", request.key())
                .isEqualTo(before.content());
    }

    private void bind(Request request, Job job) {
        bound.put(
                request.key(),
                new Bound(job.id(), request.content(), job.times().createdMs()));
    }

    @Override
    public void refused(Request request, StoreRefusal refusal) {
        if (refusal instanceof StoreRefusal.FingerprintMismatch(JobId job)) {
            Bound before = bound.get(request.key());
            if (before != null && before.job().equals(job)) {
                assertThat(before.content()).as("a true repeat").isNotEqualTo(request.content());
            }
        }
    }

    /// A job that came of a submission whose answer was lost holds its key all the same.
    @Override
    public void seen(Job job) {
        Request request = requests.get(job.id());
        if (request == null || request.key() == null) {
            return;
        }
        Bound holder = bound.get(request.key());
        if (holder == null) {
            bind(request, job);
        } else if (!holder.job().equals(job.id()) && !job.state().isTerminal()) {
            assertThat(isReleased(holder))
                    .as("key %s has %s and %s", request.key(), holder.job(), job.id())
                    .isTrue();
            bind(request, job);
        }
    }

    @Override
    public void withdrawing(JobId job) {
        withdrawn.add(job);
    }

    private boolean isReleased(Bound holder) {
        Job job = world.look(holder.job());
        if (job == null && withdrawn.contains(holder.job())) {
            return true;
        }
        if (world.nowMs() < holder.sinceMs() + Request.WINDOW_MS - World.CLOCK_TOLERANCE_MS) {
            return false;
        }
        return job == null
                || (job.state().isTerminal() && job.times().expiresMs() <= world.nowMs() + World.CLOCK_TOLERANCE_MS);
    }
}
