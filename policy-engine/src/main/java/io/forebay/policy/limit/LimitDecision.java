package io.forebay.policy.limit;

import io.forebay.policy.PolicyMode;
import org.jspecify.annotations.Nullable;

/// Where a loop receives the outcome of its last [LimitRules#take]. Reused; owned by one thread.
public final class LimitDecision {

    private boolean allowed = true;
    private @Nullable Meter meter;
    private @Nullable LimitRule shadowRefusal;
    private long remaining;
    private long fullSeconds;
    private long retryAfterSeconds;

    void clear() {
        allowed = true;
        meter = null;
        shadowRefusal = null;
        remaining = 0;
        fullSeconds = 0;
        retryAfterSeconds = 0;
    }

    void allowedBy(Meter meter, long debtNs) {
        long left = meter.rate().remaining(debtNs);
        boolean isShown = meter.rule().mode() == PolicyMode.ENFORCE;
        if (isShown && (this.meter == null || left < remaining)) {
            this.meter = meter;
            remaining = left;
            fullSeconds = Meter.seconds(debtNs);
        }
    }

    void shadowRefusedBy(Meter meter) {
        if (shadowRefusal == null) {
            shadowRefusal = meter.rule();
        }
    }

    void refusedBy(Meter meter, long debtNs) {
        allowed = false;
        this.meter = meter;
        remaining = 0;
        fullSeconds = Meter.seconds(debtNs);
        retryAfterSeconds = Math.max(1, Meter.seconds(meter.rate().waitNs(debtNs)));
    }

    @Nullable
    Meter meter() {
        return meter;
    }

    public boolean allowed() {
        return allowed;
    }

    /// The limit that refused, else the enforced one with the fewest requests left; null where none counts.
    public @Nullable LimitRule rule() {
        return meter == null ? null : meter.rule();
    }

    /// The first limit in shadow mode that would have refused, or null.
    public @Nullable LimitRule shadowRefusal() {
        return shadowRefusal;
    }

    /// Requests that could follow at once.
    public long remaining() {
        return remaining;
    }

    /// Seconds until nothing is counted any more, rounded up.
    public long fullSeconds() {
        return fullSeconds;
    }

    /// Seconds until the next request is allowed, rounded up and at least 1; 0 if allowed.
    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
