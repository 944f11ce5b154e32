package io.forebay.gateway.http;

import org.jspecify.annotations.Nullable;

/// Whom the gateway called for one exchange, how often and when. Reused with its exchange, on its loop.
public final class ExchangeTries {
    private final LoopContext loop;
    private final TraceContext trace;
    private final TracedTries traced = new TracedTries();
    private int count;
    private long firstNs;
    private long lastNs;
    private long connectedNs;
    private @Nullable String backend;
    private @Nullable String endpoint;
    private @Nullable HedgeOutcome hedge;

    ExchangeTries(LoopContext loop, TraceContext trace) {
        this.loop = loop;
        this.trace = trace;
    }

    void clear() {
        traced.clear();
        servedAgain();
    }

    /// What was noted so far is not told, but for the spans: the request is served as if it came now.
    void servedAgain() {
        count = 0;
        firstNs = 0;
        lastNs = 0;
        connectedNs = 0;
        backend = null;
        endpoint = null;
        hedge = null;
    }

    // ---- noted by who calls

    /// A try begins.
    ///
    /// @param named namespace/name
    public void begins(String named, String called, long nowNs) {
        if (count == 0) {
            firstNs = nowNs;
        }
        count++;
        lastNs = nowNs;
        connectedNs = 0;
        backend = named;
        endpoint = called;
        if (trace.isSampled()) {
            traced.begin(nextSpan(), called, nowNs);
        }
    }

    /// The try has its connection.
    public void connected(long nowNs) {
        connectedNs = nowNs;
    }

    /// A second try begins beside the last.
    public void hedgeBegins(String called, long nowNs) {
        count++;
        hedge = HedgeOutcome.LOST;
        if (trace.isSampled()) {
            traced.beginHedge(nextSpan(), called, nowNs);
        }
    }

    /// The second try is over, and the first goes on or is answered.
    ///
    /// @param how it failed, or null
    public void hedgeEnded(@Nullable ResponseFlag how) {
        traced.hedgeEnded(how);
    }

    /// The second try takes the place of the first.
    ///
    /// @param hadConnectionNs when it had its connection, or 0
    public void hedgeTakesOver(String called, long beganNs, long hadConnectionNs) {
        hedge = HedgeOutcome.WON;
        endpoint = called;
        lastNs = beganNs;
        connectedNs = hadConnectionNs;
        traced.hedgeTakesOver();
    }

    private long nextSpan() {
        long spanId = loop.nextRandom() | 1;
        trace.beginTry(spanId);
        return spanId;
    }

    // ---- told to who counts and logs

    /// The tries, for their spans.
    public TracedTries traced() {
        return traced;
    }

    /// How often an endpoint was called: 0 for what the gateway answered by itself, more than 1 after a retry or a
    /// failover.
    public int count() {
        return count;
    }

    /// When the first try began, or 0.
    public long firstNs() {
        return firstNs;
    }

    /// When the last try began, or 0.
    public long lastNs() {
        return lastNs;
    }

    /// When the last try had its connection, or 0.
    public long connectedNs() {
        return connectedNs;
    }

    /// The backend that was called last, as namespace/name, or null.
    public @Nullable String backend() {
        return backend;
    }

    /// The endpoint that was called last, or null.
    public @Nullable String endpoint() {
        return endpoint;
    }

    /// What became of the second try beside the first; null where there was none.
    public @Nullable HedgeOutcome hedge() {
        return hedge;
    }
}
