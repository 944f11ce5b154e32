package io.forebay.mesh.resilience;

import io.forebay.mesh.AdaptiveConcurrency;
import java.util.Arrays;

/// How many requests a backend can bear at a time, found out from how long its answers take.
///
/// As long as a backend has room, an answer takes the same time however many requests are under way; once it
/// has none, requests wait in it, and their number over the time of an answer stays the same (Little's law). So
/// the median time of a window, against the best there is (the *baseline*), says by which factor there are too
/// many. The limit is multiplied by that factor, between a half and twice, and gets its square root on top:
/// room for bursts, and for growth where the backend has grown. That is the gradient controller of Envoy.
///
/// The baseline would be lost under constant load, where no request ever finds an idle backend. So it is
/// measured anew now and then, and when the limit has come down to half of what it was at the last time: the
/// limit is halved for a window, and again as long as that makes answers faster. An answer that beats the
/// baseline is the new one at once.
///
/// Pure but for its state: times are parameters. Not safe for threads; see [AdaptiveLimit].
final class GradientLimit {
    /// Where the limit begins, if its settings let it.
    static final int FIRST = 20;
    /// With fewer answers a window goes on.
    static final int SAMPLES_MIN = 10;

    private static final double GRADIENT_MIN = 0.5;
    private static final double GRADIENT_MAX = 2;
    /// A probe whose answers take less than this of the baseline has found a better one.
    private static final double BETTER = 0.9;
    private static final int PROBE_GAP_WINDOWS = 10;
    private static final int SAMPLES_KEPT = 1_024;

    private final AdaptiveConcurrency settings;
    private final long[] samplesNs = new long[SAMPLES_KEPT];
    private int samples;
    private int inFlightMax;
    private boolean isBegun;
    private long windowEndNs;

    private double limit;
    private long baselineNs;
    private double limitAtBaseline;
    private long probedNs;
    private long probeAtNs;
    private Phase phase = Phase.STEADY;
    private double limitBefore;

    private enum Phase {
        /// The limit follows the answers.
        STEADY,
        /// It was halved, and what began before is still under way.
        SETTLING,
        /// Answers under the halved limit are watched.
        MEASURING
    }

    GradientLimit(AdaptiveConcurrency settings) {
        this.settings = settings;
        this.limit = Math.clamp(FIRST, settings.limitMin(), settings.limitMax());
    }

    /// Requests that may be under way at a time.
    int limit() {
        return (int) limit;
    }

    /// An answer has begun.
    ///
    /// @param tookNs since its request was sent
    /// @param inFlight requests under way at the moment
    void onSample(long nowNs, long tookNs, int inFlight) {
        if (!isBegun) {
            isBegun = true;
            windowEndNs = nowNs + settings.windowNs();
            probeAtNs = nowNs;
            probedNs = nowNs - PROBE_GAP_WINDOWS * settings.windowNs();
        }
        // Of more answers the last ones are kept.
        samplesNs[samples % SAMPLES_KEPT] = Math.max(1, tookNs);
        samples++;
        inFlightMax = Math.max(inFlightMax, inFlight);
        if (nowNs - windowEndNs >= 0 && samples >= SAMPLES_MIN) {
            close(nowNs);
            samples = 0;
            inFlightMax = 0;
            windowEndNs = nowNs + settings.windowNs();
        }
    }

    private long medianNs() {
        int count = Math.min(samples, SAMPLES_KEPT);
        Arrays.sort(samplesNs, 0, count);
        return samplesNs[count / 2];
    }

    private void close(long nowNs) {
        long medianNs = medianNs();
        switch (phase) {
            case STEADY -> {
                follow(medianNs);
                if (isProbeDue(nowNs)) {
                    beginProbe(nowNs, medianNs);
                }
            }
            case SETTLING -> phase = Phase.MEASURING;
            case MEASURING -> endProbe(nowNs, medianNs);
        }
    }

    private void follow(long medianNs) {
        if (baselineNs == 0 || medianNs < baselineNs) {
            baselineNs = medianNs;
        }
        double gradient = Math.clamp(baselineNs * (1 + settings.slack()) / medianNs, GRADIENT_MIN, GRADIENT_MAX);
        double next = Math.clamp(limit * gradient + Math.sqrt(limit), settings.limitMin(), settings.limitMax());
        // Nothing is known of what a limit would do that is not used.
        boolean isUsed = inFlightMax >= limit / 2;
        if (next < limit || isUsed) {
            limit = next;
        }
    }

    private boolean isProbeDue(long nowNs) {
        boolean isHalved = limit <= limitAtBaseline / 2;
        boolean isLongAgo = nowNs - probedNs >= PROBE_GAP_WINDOWS * settings.windowNs();
        return nowNs - probeAtNs >= 0 || (isHalved && isLongAgo);
    }

    private void beginProbe(long nowNs, long medianNs) {
        limitBefore = limit;
        if (inFlightMax <= limit / 2) {
            // The window was a probe, without anybody being refused.
            measured(nowNs, medianNs);
        } else {
            halve();
        }
    }

    private void halve() {
        limit = Math.max(settings.limitMin(), limit / 2);
        phase = Phase.SETTLING;
    }

    private void endProbe(long nowNs, long medianNs) {
        if (medianNs < baselineNs * BETTER && limit > settings.limitMin()) {
            baselineNs = medianNs;
            halve();
        } else {
            measured(nowNs, medianNs);
        }
    }

    private void measured(long nowNs, long medianNs) {
        baselineNs = medianNs;
        limit = limitBefore;
        limitAtBaseline = limit;
        phase = Phase.STEADY;
        probedNs = nowNs;
        probeAtNs = nowNs + settings.probeNs();
    }
}
