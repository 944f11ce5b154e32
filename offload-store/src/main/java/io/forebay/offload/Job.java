package io.forebay.offload;

import org.jspecify.annotations.Nullable;

/// A job as it stood at one commit; immutable. `version` grows by one with each durable change, so it serves as an
/// ETag; events that are only more of the answer do not make it another version. `reason` says why the state is what it
/// is, in one stable token, empty when there is nothing to say. `progress` is what the worker of a running job said
/// last. With a `notice` the job is to tell of another's end.
public record Job(
        JobId id,
        long version,
        JobState state,
        String reason,
        String queue,
        Caller caller,
        RouteIdentity route,
        int priority,
        @Nullable String orderingKey,
        Attempts attempts,
        Times times,
        Sizes sizes,
        int answerStatus,
        String traceId,
        @Nullable JobId redriveOf,
        @Nullable JobId redrivenAs,
        @Nullable Notice notice,
        int events,
        JobEvent.@Nullable Progress progress) {
    /// `made` counts leases given, `epoch` fences them, `crashes` counts workers that vanished.
    public record Attempts(int made, int epoch, int crashes) {}

    /// Wall-clock milliseconds, 0 for "not (yet)". `nextAttemptMs` is the end of a delay or back-off under way;
    /// `expiresMs` is when the result's bytes go.
    public record Times(
            long createdMs,
            long changedMs,
            long startedMs,
            long finishedMs,
            long nextAttemptMs,
            long deadlineMs,
            long expiresMs) {}

    /// Lengths of the four parts. `payloadGone`: retention has passed and the bytes are deleted; lengths stay.
    public record Sizes(
            int requestHeadBytes,
            long requestBodyBytes,
            int resultHeadBytes,
            long resultBodyBytes,
            boolean payloadGone) {}

    public boolean hasResult() {
        return answerStatus != 0;
    }
}
