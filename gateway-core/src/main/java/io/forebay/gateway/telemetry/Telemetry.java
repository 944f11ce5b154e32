package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ExchangeObserver;

/// Counts and records each exchange at its end, on its loop.
public final class Telemetry implements ExchangeObserver {
    private final LoopMeters[] metersOfLoop;
    private final AccessLog accessLog;

    public Telemetry(int loops, AccessLog accessLog) {
        this.metersOfLoop = new LoopMeters[loops];
        for (int i = 0; i < loops; i++) {
            metersOfLoop[i] = new LoopMeters();
        }
        this.accessLog = accessLog;
    }

    @Override
    public void ended(Exchange exchange) {
        long nowNs = System.nanoTime();
        metersOfLoop[exchange.loop().index()].ended(exchange, nowNs);
        accessLog.record(exchange, nowNs);
    }

    LoopMeters[] metersOfLoop() {
        return metersOfLoop;
    }

    AccessLog accessLog() {
        return accessLog;
    }
}
