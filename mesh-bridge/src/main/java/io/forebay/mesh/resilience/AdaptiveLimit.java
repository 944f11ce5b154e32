package io.forebay.mesh.resilience;

import io.forebay.mesh.AdaptiveConcurrency;
import java.util.concurrent.atomic.AtomicBoolean;

/// A [GradientLimit] that all loops feed and read. Nobody waits: an answer that comes while another loop's is being
/// taken is left out, which a median does not notice.
final class AdaptiveLimit {
    private final AdaptiveConcurrency settings;
    private final GradientLimit gradient;
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private volatile int limit;

    AdaptiveLimit(AdaptiveConcurrency settings) {
        this.settings = settings;
        this.gradient = new GradientLimit(settings);
        this.limit = gradient.limit();
    }

    AdaptiveConcurrency settings() {
        return settings;
    }

    int limit() {
        return limit;
    }

    void answered(long nowNs, long tookNs, int inFlight) {
        if (isTaken.compareAndSet(false, true)) {
            try {
                gradient.onSample(nowNs, tookNs, inFlight);
                limit = gradient.limit();
            } finally {
                isTaken.set(false);
            }
        }
    }
}
