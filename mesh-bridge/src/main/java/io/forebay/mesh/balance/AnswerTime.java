package io.forebay.mesh.balance;

import java.util.concurrent.TimeUnit;

/// How long one loop's requests to one address have lately waited for their answers to begin: a moving average that
/// follows a rise at once and a fall slowly, by age and not by count (the "peak EWMA" of Finagle's balancers). A
/// value that nobody renews fades, so that an endpoint that was slow is tried again. Owned by that loop.
final class AnswerTime {
    /// After this long without news a value has faded to 1/e of itself.
    static final long FADE_NS = TimeUnit.SECONDS.toNanos(10);

    /// What a first failure counts as: 10 ms.
    static final double FAILED_NS = 10e6;

    /// Beyond this, 100 s, failures add nothing, so that an endpoint is tried again within a minute or two.
    static final double FAILED_MAX_NS = 100e9;

    private double averageNs;
    private long seenNs;

    /// A request's answer began `tookNs` after the request was sent.
    void observe(long tookNs, long nowNs) {
        double old = remaining(nowNs);
        double took = Math.max(1, tookNs);
        averageNs = took >= averageNs ? took : averageNs * old + took * (1 - old);
        seenNs = nowNs;
    }

    /// A call failed. Failures are often fast, and must not look like good service: each counts as twice the time
    /// before.
    void failed(long nowNs) {
        averageNs = Math.clamp(at(nowNs) * 2, FAILED_NS, FAILED_MAX_NS);
        seenNs = nowNs;
    }

    /// The average as of now, in nanoseconds; 0 while there is none, or none that still says something.
    double at(long nowNs) {
        double faded = averageNs == 0 ? 0 : averageNs * remaining(nowNs);
        return faded < 1 ? 0 : faded;
    }

    private double remaining(long nowNs) {
        return Math.exp(-(double) Math.max(0, nowNs - seenNs) / FADE_NS);
    }
}
