package io.forebay.policy.document;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `Schedule.spec`: jobs that come to be by themselves. Fields that a Kubernetes CronJob has too have its names.
///
/// @param timeZone of the IANA's names, UTC unless said
/// @param targetRef the named rule of an HTTPRoute whose backends the jobs call
public record ScheduleSpec(
        String schedule,
        @Nullable String timeZone,
        @Nullable Duration jitter,
        @Nullable ConcurrencyPolicy concurrencyPolicy,
        @Nullable MissedRuns missedRuns,
        @Nullable Boolean suspend,
        TargetRef targetRef,
        String queue,
        @Nullable String tenant,
        @Nullable Integer priority,
        Request request) {

    /// What becomes of a run while the job of an earlier one is not over.
    public enum ConcurrencyPolicy {
        @Key("Allow")
        ALLOW,
        @Key("Forbid")
        FORBID,
        @Key("Replace")
        REPLACE
    }

    /// What becomes of runs whose time passed while nobody could submit them.
    ///
    /// @param within how late a run may be made up
    public record MissedRuns(
            @Nullable MissedPolicy policy, @Nullable Duration within) {}

    public enum MissedPolicy {
        @Key("skip")
        SKIP,
        @Key("last")
        LAST,
        @Key("all")
        ALL
    }

    /// The request that each job makes.
    ///
    /// @param path with its query
    /// @param hostname the first of the route's unless said
    public record Request(
            @Nullable String method,
            String path,
            @Nullable String hostname,
            List<HeaderValue> headers,
            @Nullable String body) {}

    public record HeaderValue(String name, String value) {}
}
