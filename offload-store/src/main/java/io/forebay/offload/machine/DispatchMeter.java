package io.forebay.offload.machine;

import io.forebay.offload.QueueSettings.DispatchRate;
import org.jspecify.annotations.Nullable;

/// How fast jobs of one queue begin, in the store's time. In memory alone: after a restart, and at another rate, a
/// burst may begin.
final class DispatchMeter {
    private final @Nullable DispatchRate rate;
    /// When all leases so far would have been given at the rate.
    private long paidUntilUs;

    /// @param rate `null` for as fast as they can
    DispatchMeter(@Nullable DispatchRate rate) {
        this.rate = rate;
    }

    @Nullable
    DispatchRate rate() {
        return rate;
    }

    void gave(long nowMs) {
        if (rate != null) {
            paidUntilUs = rate.paidUntilUs(paidUntilUs, nowMs);
        }
    }

    /// From when on the next lease may be given; 0 without a rate.
    long opensAtMs() {
        return rate == null ? 0 : rate.opensAtMs(paidUntilUs);
    }
}
