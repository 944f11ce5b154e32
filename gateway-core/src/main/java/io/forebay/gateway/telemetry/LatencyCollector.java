package io.forebay.gateway.telemetry;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import java.util.List;
import java.util.function.Supplier;

/// Shows histograms, one a loop, as one histogram of Prometheus in seconds. Its bounds are powers of two of a
/// microsecond, 64 us to 134 s, which are bounds of [LatencyHistogram] too: what is shown is exact. Micrometer itself
/// has no histogram over counts that somebody else keeps.
///
/// Asked by whoever scrapes, beside the loops that count.
final class LatencyCollector implements Collector {
    private static final int FIRST_POWER = 6;
    private static final int LAST_POWER = 27;

    private final String name;
    private final String help;
    private final Supplier<List<LatencyHistogram>> ofLoops;

    /// @param name as Prometheus has it, ending in `_seconds`
    LatencyCollector(String name, String help, Supplier<List<LatencyHistogram>> ofLoops) {
        this.name = name;
        this.help = help;
        this.ofLoops = ofLoops;
    }

    void bind(PrometheusMeterRegistry registry) {
        registry.getPrometheusRegistry().register(this);
    }

    @Override
    public HistogramSnapshot collect() {
        int bounds = LAST_POWER - FIRST_POWER + 1;
        double[] upper = new double[bounds + 1];
        long[] counts = new long[bounds + 1];
        for (int i = 0; i < bounds; i++) {
            upper[i] = (1L << (FIRST_POWER + i)) / 1e6;
        }
        upper[bounds] = Double.POSITIVE_INFINITY;
        double sumNs = 0;
        for (LatencyHistogram one : ofLoops.get()) {
            sumNs += one.sumNs();
            for (int i = 0; i < LatencyHistogram.BUCKETS; i++) {
                counts[boundOf(LatencyHistogram.upperUs(i))] += one.count(i);
            }
        }
        return HistogramSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(upper, counts))
                        .sum(sumNs / 1e9)
                        .build())
                .build();
    }

    /// The bound below which everything is that is shorter than so many microseconds.
    private static int boundOf(long upperUs) {
        int power = 64 - Long.numberOfLeadingZeros(upperUs - 1);
        return Math.clamp(power - FIRST_POWER, 0, LAST_POWER - FIRST_POWER + 1);
    }
}
