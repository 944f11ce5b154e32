package io.forebay.perf.load;

import java.util.Map;

/// What one run found, printed as one line of JSON by `Load`. Latencies are milliseconds; in a paced run they
/// count from the moment a request was due, so a stall is charged to every request that should have been sent in
/// it.
///
/// @param requests answers completed in the measured window
/// @param seconds length of that window
/// @param requestsPerSecond their quotient
/// @param statuses answers by status, in that window
/// @param errors requests without an answer by kind, in the whole run
/// @param firstError the first of them, or empty
/// @param scheduled requests due in the measured window (paced runs)
/// @param unfinished of these, how many were never answered; they count in the latencies with their age
/// @param samples how many latencies were recorded
/// @param reconnects connections that had to be opened again
/// @param tokens how many tokens the file held, 0 without one
/// @param held connections still open when they had been held (`LoadShape.hold`), 0 where they were not
/// @param cpuShare this process's CPU time by wall time in the window; distrust a run above 0.9
public record LoadResult(
        long requests,
        double seconds,
        double requestsPerSecond,
        Map<Integer, Long> statuses,
        Map<String, Long> errors,
        String firstError,
        long scheduled,
        long unfinished,
        long samples,
        double p50Ms,
        double p90Ms,
        double p99Ms,
        double p999Ms,
        double maxMs,
        long reconnects,
        int tokens,
        int held,
        double cpuShare) {

    public LoadResult {
        statuses = Map.copyOf(statuses);
        errors = Map.copyOf(errors);
    }

    /// Requests that were not answered at all, or with another status than `expected`.
    public long faults(int expected) {
        long unanswered = errors.values().stream().mapToLong(Long::longValue).sum();
        long answered = statuses.values().stream().mapToLong(Long::longValue).sum();
        return unanswered + answered - statuses.getOrDefault(expected, 0L);
    }
}
