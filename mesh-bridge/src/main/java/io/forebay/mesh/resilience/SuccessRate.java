package io.forebay.mesh.resilience;

import io.forebay.mesh.AdmissionControl;
import java.util.concurrent.TimeUnit;

/// Which share of the calls to a backend is refused, from how many of its last calls have failed: client-side
/// throttling as in Google's book on site reliability (chapter 21), with the formula of Envoy's admission
/// control.
///
/// With `n` calls in the window, of which `s` were successful, and a success rate of at least `r` wanted, a
/// call is refused with the probability `((n - s/r) / (n + 1))` to the power of `1/aggression`: nothing as long
/// as the rate is kept. Refused calls are not counted.
///
/// Pure but for its state: times are parameters. Not safe for threads; see [SharedAdmission].
final class SuccessRate {
    private static final int PARTS = 10;

    private final AdmissionControl settings;
    private final long partNs;
    private final long[] calls = new long[PARTS];
    private final long[] successes = new long[PARTS];
    private boolean isBegun;
    private long partEndNs;
    private int part;

    SuccessRate(AdmissionControl settings) {
        this.settings = settings;
        this.partNs = Math.max(1, settings.windowNs() / PARTS);
    }

    /// A call has ended in a way that tells of the backend.
    void onOutcome(long nowNs, boolean isSuccess) {
        move(nowNs);
        calls[part]++;
        successes[part] += isSuccess ? 1 : 0;
    }

    /// With which probability the next call is refused, 0 to 1.
    double rejection(long nowNs) {
        move(nowNs);
        long n = sum(calls);
        if (n < settings.requestsPerSecondMin() * (double) settings.windowNs() / TimeUnit.SECONDS.toNanos(1)) {
            return 0;
        }
        double excess = n - sum(successes) / settings.successRateMin();
        if (excess <= 0) {
            return 0;
        }
        double share = excess / (n + 1);
        double refused = settings.aggression() == 1 ? share : Math.pow(share, 1.0 / settings.aggression());
        return Math.min(refused, settings.rejectionMax());
    }

    private static long sum(long[] parts) {
        long sum = 0;
        for (long count : parts) {
            sum += count;
        }
        return sum;
    }

    /// Forgets what is out of the window.
    private void move(long nowNs) {
        if (!isBegun) {
            isBegun = true;
            partEndNs = nowNs + partNs;
        }
        for (int moved = 0; nowNs - partEndNs >= 0; moved++) {
            if (moved == PARTS) {
                partEndNs = nowNs + partNs;
                return;
            }
            part = (part + 1) % PARTS;
            calls[part] = 0;
            successes[part] = 0;
            partEndNs += partNs;
        }
    }
}
