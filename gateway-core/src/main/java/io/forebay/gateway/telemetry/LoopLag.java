package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.LoopContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// How late one event loop runs what is due: a timer looks every [#PERIOD_NS] at how much later than due it is called.
/// What keeps it waiting keeps each request of the loop waiting.
///
/// After a stall the timer is called for each turn that it has missed, each a little less late than the one before: so
/// a long stall weighs as much as the calls weigh that would have come meanwhile. Written by its loop, read by anybody.
final class LoopLag {
    static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /// The greatest lag is that of the window under way and the whole one before it.
    static final long WINDOW_NS = TimeUnit.MINUTES.toNanos(1);

    private final LatencyHistogram lags = new LatencyHistogram();
    private final AtomicLong maxNs = new AtomicLong();
    private long dueNs;
    private long windowNs;
    private long windowMaxNs;
    private long lastWindowMaxNs;

    /// @param nowNs the time of the first turn is one period later
    LoopLag(long nowNs) {
        dueNs = nowNs + PERIOD_NS;
        windowNs = nowNs;
    }

    /// Begins to look at the loop. Any thread.
    static LoopLag of(LoopContext loop) {
        LoopLag lag = new LoopLag(System.nanoTime());
        loop.eventLoop()
                .scheduleAtFixedRate(() -> lag.onTurn(System.nanoTime()), PERIOD_NS, PERIOD_NS, TimeUnit.NANOSECONDS);
        return lag;
    }

    void onTurn(long nowNs) {
        long lateNs = Math.max(0, nowNs - dueNs);
        dueNs += PERIOD_NS;
        lags.record(lateNs);
        if (nowNs - windowNs >= WINDOW_NS) {
            lastWindowMaxNs = nowNs - windowNs < 2 * WINDOW_NS ? windowMaxNs : 0;
            windowMaxNs = 0;
            windowNs = nowNs;
        }
        windowMaxNs = Math.max(windowMaxNs, lateNs);
        maxNs.setOpaque(Math.max(windowMaxNs, lastWindowMaxNs));
    }

    LatencyHistogram lags() {
        return lags;
    }

    /// The greatest lag of the last one to two minutes.
    long maxNs() {
        return maxNs.getOpaque();
    }
}
