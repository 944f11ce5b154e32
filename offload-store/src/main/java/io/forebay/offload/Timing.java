package io.forebay.offload;

import org.jspecify.annotations.Nullable;

/// When and in which order a job may run. `priority` is 0 to 9, 9 the most urgent. `orderingKey`: jobs of one queue
/// with the same key run one at a time, in submit order; `null` for no such promise. `delayMs` counts from the
/// accepting commit. `deadlineMs` is wall-clock time, 0 for none. `limitKey`: jobs of one queue with the same key share
/// what the queue allows a key ([QueueSettings.PerKey]); `null` for no such bound.
public record Timing(
        int priority,
        @Nullable String orderingKey,
        long delayMs,
        long deadlineMs,
        @Nullable String limitKey) {
    public static final int PRIORITY_MAX = 9;

    /// At once, priority 5, no deadline.
    public static final Timing NOW = new Timing(5, null, 0, 0);

    /// Without a limit key.
    public Timing(int priority, @Nullable String orderingKey, long delayMs, long deadlineMs) {
        this(priority, orderingKey, delayMs, deadlineMs, null);
    }

    public Timing {
        if (priority < 0 || priority > PRIORITY_MAX) {
            throw new IllegalArgumentException("priority must be 0 to 9: " + priority);
        }
        if (delayMs < 0 || deadlineMs < 0) {
            throw new IllegalArgumentException("delayMs and deadlineMs must not be negative");
        }
    }
}
