package io.forebay.mesh.resilience;

import io.forebay.mesh.AdmissionControl;
import java.util.concurrent.atomic.AtomicBoolean;

/// A [SuccessRate] that all loops feed and ask. Nobody waits: an outcome that comes while another loop's is
/// being taken is left out, whichever it was.
final class SharedAdmission {
    private final AdmissionControl settings;
    private final SuccessRate rate;
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private volatile double rejection;

    SharedAdmission(AdmissionControl settings) {
        this.settings = settings;
        this.rate = new SuccessRate(settings);
    }

    AdmissionControl settings() {
        return settings;
    }

    /// Whether the next call is let through.
    ///
    /// @param random any number; decides
    boolean admits(long nowNs, long random) {
        double refused = rejection;
        if (refused == 0) {
            return true;
        }
        if (isTaken.compareAndSet(false, true)) {
            try {
                refused = rate.rejection(nowNs);
                rejection = refused;
            } finally {
                isTaken.set(false);
            }
        }
        return (random >>> 11) * 0x1.0p-53 >= refused;
    }

    void ended(long nowNs, boolean isSuccess) {
        if (isTaken.compareAndSet(false, true)) {
            try {
                rate.onOutcome(nowNs, isSuccess);
                rejection = rate.rejection(nowNs);
            } finally {
                isTaken.set(false);
            }
        }
    }
}
