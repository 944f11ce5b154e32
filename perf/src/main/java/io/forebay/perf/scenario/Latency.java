package io.forebay.perf.scenario;

import io.forebay.perf.load.LoadResult;
import io.forebay.perf.measure.Medians;
import java.util.List;

/// A latency by which contenders are compared at the same rate.
enum Latency {
    P50("p50"),
    P99("p99"),
    P999("p99.9");

    private final String id;

    Latency(String id) {
        this.id = id;
    }

    private double ms(LoadResult result) {
        return switch (this) {
            case P50 -> result.p50Ms();
            case P99 -> result.p99Ms();
            case P999 -> result.p999Ms();
        };
    }

    /// The median of the rounds' ratios.
    Outcome.Ratio ratio(String to, List<Run> ours, List<Run> theirs) {
        return new Outcome.Ratio(Line.CONSTANT.id(), to, Medians.ratio(of(ours), of(theirs)), id);
    }

    private List<Double> of(List<Run> runs) {
        return runs.stream().map(run -> ms(run.load())).toList();
    }
}
