package io.forebay.offload.simulation;

import io.forebay.offload.JobId;
import io.forebay.offload.Timing;
import org.jspecify.annotations.Nullable;

/// One submission as its client made it. `number` counts submissions in the order in which they were handed in, repeats
/// included; `content` says which request it is, for the fingerprint.
record Request(int number, JobId id, @Nullable String key, int content, Timing timing) {
    /// How long a key holds at least.
    static final long WINDOW_MS = 5_000;

    /// Whether somebody wants to be told of the job's end.
    boolean isCalledBack() {
        return Math.floorMod(content, 3) == 0;
    }

    @Nullable
    String line() {
        return timing.orderingKey();
    }
}
