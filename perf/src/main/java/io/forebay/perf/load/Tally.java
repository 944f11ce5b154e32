package io.forebay.perf.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// What a run counts while it goes on, without allocating: statuses, errors, latencies. Written by the generator's
/// thread.
final class Tally {
    private static final long LATENCY_MAX_NS = 3_600_000_000_000L;
    private static final int STATUS_MAX = 1000;
    private static final double NS_PER_MS = 1e6;

    private final Histogram latencies = new Histogram(LATENCY_MAX_NS, 3);
    private final long[] statuses = new long[STATUS_MAX];
    private final Map<ErrorKind, Long> errors = new EnumMap<>(ErrorKind.class);
    private String firstError = "";
    private long requests;
    private long scheduled;
    private long unfinished;
    private long reconnects;

    void answered(int status) {
        requests++;
        statuses[status]++;
    }

    void latency(long ns) {
        latencies.recordValue(Math.min(Math.max(ns, 0), LATENCY_MAX_NS));
    }

    void failed(ErrorKind kind, String why) {
        errors.merge(kind, 1L, Long::sum);
        if (firstError.isEmpty()) {
            firstError = kind + ": " + why;
        }
    }

    void scheduled() {
        scheduled++;
    }

    /// A request that was due and never answered: its age is the least its latency would have been.
    void unfinished(long ageNs) {
        unfinished++;
        latency(ageNs);
    }

    void reconnected() {
        reconnects++;
    }

    LoadResult result(double seconds, int tokens, int held, double cpuShare) {
        Map<Integer, Long> byStatus = new TreeMap<>();
        for (int i = 0; i < STATUS_MAX; i++) {
            if (statuses[i] > 0) {
                byStatus.put(i, statuses[i]);
            }
        }
        Map<String, Long> byKind = new TreeMap<>();
        for (ErrorKind kind : ErrorKind.values()) {
            byKind.put(kind.name(), errors.getOrDefault(kind, 0L));
        }
        return new LoadResult(
                requests,
                seconds,
                seconds > 0 ? requests / seconds : 0,
                byStatus,
                byKind,
                firstError,
                scheduled,
                unfinished,
                latencies.getTotalCount(),
                percentileMs(50),
                percentileMs(90),
                percentileMs(99),
                percentileMs(99.9),
                latencies.getMaxValue() / NS_PER_MS,
                reconnects,
                tokens,
                held,
                cpuShare);
    }

    private double percentileMs(double percentile) {
        return latencies.getTotalCount() == 0 ? 0 : latencies.getValueAtPercentile(percentile) / NS_PER_MS;
    }
}
