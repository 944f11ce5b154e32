package io.forebay.policy.limit;

import org.jspecify.annotations.Nullable;

/// Where a loop receives the outcome of its last [LimitRules#take]; reused, owned by one thread.
public final class LimitDecision {

    private boolean allowed;
    private @Nullable LimitRule rule;
    private long remaining;
    private long fullSeconds;
    private long retryAfterSeconds;

    void set(boolean allowed, @Nullable LimitRule rule, long remaining, long fullSeconds, long retryAfterSeconds) {
        this.allowed = allowed;
        this.rule = rule;
        this.remaining = remaining;
        this.fullSeconds = fullSeconds;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public boolean allowed() {
        return allowed;
    }

    /// The limit that refused, else the one with the fewest requests left; null where none counts.
    public @Nullable LimitRule rule() {
        return rule;
    }

    /// Requests that could follow at once.
    public long remaining() {
        return remaining;
    }

    /// Seconds until nothing is counted any more, rounded up.
    public long fullSeconds() {
        return fullSeconds;
    }

    /// Seconds until the next request is allowed, rounded up; 0 if allowed.
    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
