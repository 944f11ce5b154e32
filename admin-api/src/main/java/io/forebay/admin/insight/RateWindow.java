package io.forebay.admin.insight;

import io.forebay.admin.QueueAdmin.Totals;
import org.jspecify.annotations.Nullable;

/// The samples of one queue over the last minute, and the rates over them. Not shared between threads by itself.
final class RateWindow {
    static final int SAMPLES = 13;

    private final long[] takenNs = new long[SAMPLES];
    private final @Nullable Totals[] totals = new @Nullable Totals[SAMPLES];
    private int count;
    private int next;

    void add(long nowNs, Totals sample) {
        takenNs[next] = nowNs;
        totals[next] = sample;
        next = (next + 1) % SAMPLES;
        count = Math.min(count + 1, SAMPLES);
    }

    /// Null until there are two samples of different moments.
    @Nullable
    Rates rates() {
        int newest = Math.floorMod(next - 1, SAMPLES);
        int oldest = Math.floorMod(next - count, SAMPLES);
        Totals earlier = totals[oldest];
        Totals later = totals[newest];
        long elapsedNs = takenNs[newest] - takenNs[oldest];
        return earlier == null || later == null || elapsedNs <= 0 ? null : Rates.between(earlier, later, elapsedNs);
    }
}
