package io.forebay.gateway.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Supplier;

/// Shows histograms, one a loop, as the quantiles of all of them.
final class Quantiles {
    private static final double[] SHOWN = {0.5, 0.9, 0.99, 0.999};

    private Quantiles() {}

    /// Binds a gauge for each quantile, in seconds.
    ///
    /// @param owner must outlive the meter, which holds it weakly
    static void bind(MeterRegistry registry, String name, Object owner, Supplier<List<LatencyHistogram>> ofLoops) {
        for (double quantile : SHOWN) {
            Gauge.builder(name, owner, _ -> seconds(ofLoops.get(), quantile))
                    .tag("quantile", Double.toString(quantile))
                    .register(registry);
        }
    }

    /// The least time that so much of what was recorded did not exceed; 0 where nothing was.
    static double seconds(List<LatencyHistogram> ofLoops, double quantile) {
        long[] counts = new long[LatencyHistogram.BUCKETS];
        long total = 0;
        for (LatencyHistogram one : ofLoops) {
            for (int i = 0; i < counts.length; i++) {
                long count = one.count(i);
                counts[i] += count;
                total += count;
            }
        }
        long rank = (long) Math.ceil(total * quantile);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (rank > 0 && seen >= rank) {
                return LatencyHistogram.upperUs(i) / 1e6;
            }
        }
        return 0;
    }
}
