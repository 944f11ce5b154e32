package io.forebay.offload.machine;

import io.forebay.offload.timer.TimerKind;

/// When each kind of timer of one job stands on disk, 0 for none. Kept with the job so that a timer's key can be
/// computed and deleted without looking for it.
public record Alarms(long delayAtMs, long retryAtMs, long leaseAtMs, long deadlineAtMs, long expiryAtMs) {
    public static final Alarms NONE = new Alarms(0, 0, 0, 0, 0);

    public long at(TimerKind kind) {
        return switch (kind) {
            case DELAY -> delayAtMs;
            case RETRY -> retryAtMs;
            case LEASE -> leaseAtMs;
            case DEADLINE -> deadlineAtMs;
            case EXPIRY -> expiryAtMs;
        };
    }

    public Alarms with(TimerKind kind, long atMs) {
        return switch (kind) {
            case DELAY -> new Alarms(atMs, retryAtMs, leaseAtMs, deadlineAtMs, expiryAtMs);
            case RETRY -> new Alarms(delayAtMs, atMs, leaseAtMs, deadlineAtMs, expiryAtMs);
            case LEASE -> new Alarms(delayAtMs, retryAtMs, atMs, deadlineAtMs, expiryAtMs);
            case DEADLINE -> new Alarms(delayAtMs, retryAtMs, leaseAtMs, atMs, expiryAtMs);
            case EXPIRY -> new Alarms(delayAtMs, retryAtMs, leaseAtMs, deadlineAtMs, atMs);
        };
    }

    /// Nothing pends but the deadline.
    Alarms onlyDeadline() {
        return new Alarms(0, 0, 0, deadlineAtMs, 0);
    }
}
