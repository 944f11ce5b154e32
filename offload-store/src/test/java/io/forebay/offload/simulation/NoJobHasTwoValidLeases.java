package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.LeaseKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Contract 3: never two valid leases of one job, and an old epoch changes nothing.
final class NoJobHasTwoValidLeases implements Invariant {
    private final World world;
    private final Map<JobId, Held> last = new HashMap<>();
    private final Set<LeaseKey> over = new HashSet<>();

    private record Held(LeaseKey key, LeaseKind kind, long untilMs, boolean mayBeOver) {
        Held until(long ms) {
            return new Held(key, kind, Math.max(ms, untilMs), mayBeOver);
        }

        Held perhapsOver() {
            return new Held(key, kind, untilMs, true);
        }
    }

    NoJobHasTwoValidLeases(World world) {
        this.world = world;
    }

    @Override
    public void leased(Lease lease, LeaseKind kind) {
        Held before = last.get(lease.key().job());
        if (before != null) {
            assertThat(lease.key().epoch())
                    .as("epochs of %s grow", lease.key().job())
                    .isGreaterThan(before.key().epoch());
            assertThat(before.mayBeOver() || before.untilMs() <= world.nowMs() + World.CLOCK_TOLERANCE_MS)
                    .as("%s is leased again while %s holds", lease.key(), before)
                    .isTrue();
            over.add(before.key());
        }
        last.put(lease.key().job(), new Held(lease.key(), kind, lease.untilMs(), false));
    }

    @Override
    public void reporting(LeaseKey lease) {
        last.computeIfPresent(lease.job(), (job, held) -> held.key().equals(lease) ? held.perhapsOver() : held);
    }

    @Override
    public void reportTaken(LeaseKey lease) {
        assertThat(over).as("an old lease changes nothing").doesNotContain(lease);
        over.add(lease);
    }

    @Override
    public void extended(LeaseKey lease, long untilMs) {
        assertThat(over).as("an old lease is not extended").doesNotContain(lease);
        last.computeIfPresent(lease.job(), (job, held) -> held.key().equals(lease) ? held.until(untilMs) : held);
    }

    @Override
    public void seen(Job job) {
        @Nullable Held held = last.get(job.id());
        if (held != null && job.attempts().epoch() > held.key().epoch()) {
            last.put(job.id(), held.perhapsOver());
        }
    }

    /// Who held a lease in the process that is gone holds it no longer; a worker outside does.
    @Override
    public void reopened() {
        last.replaceAll((job, held) -> held.kind() == LeaseKind.PUSH ? held.perhapsOver() : held);
    }
}
