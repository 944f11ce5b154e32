package io.forebay.policy.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/// One Schedule. Times in milliseconds. Two that are equal do the same. Immutable.
///
/// @param id namespace/name
/// @param jitterMs runs are put off by up to this, each by a time of its own
/// @param isSuspended whether no runs come to be
/// @param rule namespace/route/rule whose backends the jobs call
/// @param queue namespace/name
public record SchedulePolicy(
        String id,
        CronExpression cron,
        ZoneId zone,
        long jitterMs,
        Concurrency concurrency,
        MissedRuns missedRuns,
        boolean isSuspended,
        String rule,
        String queue,
        String tenant,
        int priority,
        Request request) {

    /// What becomes of a run while the job of an earlier one is not over.
    public enum Concurrency {
        /// Both run.
        ALLOW,
        /// The new run is left out.
        FORBID,
        /// The earlier job is canceled.
        REPLACE
    }

    /// What is made up of the runs whose time passed while nobody could submit them.
    ///
    /// @param withinMs none that is later than this
    public record MissedRuns(MadeUp madeUp, long withinMs) {
        public static final MissedRuns DEFAULT = new MissedRuns(MadeUp.LAST, 86_400_000);
    }

    public enum MadeUp {
        NONE,
        LAST,
        ALL
    }

    /// What each job sends.
    ///
    /// @param target path and query
    /// @param authority the value of `Host`
    /// @param body UTF-8, may be empty
    public record Request(String method, String target, String authority, List<Header> headers, String body) {
        public Request {
            headers = List.copyOf(headers);
        }
    }

    public record Header(String name, String value) {}

    /// The first run after `atMs`.
    public long nextMs(long atMs) {
        return cron.next(Instant.ofEpochMilli(atMs), zone).toEpochMilli();
    }

    /// Whether both mean the same points in time.
    public boolean hasTimesOf(SchedulePolicy other) {
        return cron.equals(other.cron) && zone.equals(other.zone) && isSuspended == other.isSuspended;
    }
}
