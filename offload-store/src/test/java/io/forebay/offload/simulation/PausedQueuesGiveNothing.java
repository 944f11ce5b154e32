package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;

/// Who was told that the queue is paused sees no lease given until the pause ends.
final class PausedQueuesGiveNothing implements Invariant {
    private final World world;
    private long pausedUntilMs;

    PausedQueuesGiveNothing(World world) {
        this.world = world;
    }

    @Override
    public void paused(long untilMs) {
        pausedUntilMs = untilMs;
    }

    @Override
    public void leased(Lease lease, LeaseKind kind) {
        assertThat(world.nowMs() + World.CLOCK_TOLERANCE_MS)
                .as("%s given by a paused queue", lease.key())
                .isGreaterThanOrEqualTo(pausedUntilMs);
    }

    /// Nobody gave this one; it came running.
    @Override
    public void handedOver(Lease lease) {}
}
