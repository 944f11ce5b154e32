package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;

/// Who was told that the queue is paused sees no lease given until it is resumed.
final class PausedQueuesGiveNothing implements Invariant {
    private boolean isPaused;

    @Override
    public void paused(boolean now) {
        isPaused = now;
    }

    @Override
    public void leased(Lease lease, LeaseKind kind) {
        assertThat(isPaused).as("%s given by a paused queue", lease.key()).isFalse();
    }

    /// Nobody gave this one; it came running.
    @Override
    public void handedOver(Lease lease) {}
}
