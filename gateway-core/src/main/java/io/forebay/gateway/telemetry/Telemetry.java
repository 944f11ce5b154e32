package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ExchangeObserver;
import io.forebay.gateway.trace.Tracing;
import io.forebay.policy.route.RouteRule;
import org.jspecify.annotations.Nullable;

/// Counts and records each exchange at its end, on its loop.
public final class Telemetry implements ExchangeObserver {
    /// The routes' share of the series.
    private static final int ROUTES_PERCENT = 60;

    private final SeriesTable routes;
    private final SeriesTable backends;
    private final LoopMeters[] metersOfLoop;
    private final AccessLog accessLog;
    private final @Nullable Tracing tracing;

    /// @param seriesMax how many series routes and backends may have together
    /// @param tracing null for none
    public Telemetry(int loops, AccessLog accessLog, int seriesMax, @Nullable Tracing tracing) {
        // One name is left for the rest.
        this.routes = RouteMeters.table(loops, seriesMax * ROUTES_PERCENT / 100 / RouteMeters.SERIES - 1);
        this.backends = BackendMeters.table(loops, seriesMax * (100 - ROUTES_PERCENT) / 100 / BackendMeters.SERIES - 1);
        this.metersOfLoop = new LoopMeters[loops];
        for (int i = 0; i < loops; i++) {
            metersOfLoop[i] = new LoopMeters();
        }
        this.accessLog = accessLog;
        this.tracing = tracing;
    }

    @Override
    public void began(Exchange exchange) {
        if (tracing != null) {
            tracing.began(exchange);
        }
    }

    @Override
    public void ended(Exchange exchange) {
        long nowNs = System.nanoTime();
        int loop = exchange.loop().index();
        RouteRule rule = exchange.ruleOrNull();
        routes.of(rule == null ? RouteMeters.NO_ROUTE : rule.id()).add(loop, RouteMeters.countOf(exchange.status()));
        String backend = exchange.tries().backend();
        if (backend != null) {
            backends.of(backend).add(loop, exchange.flag() == null ? BackendMeters.ANSWERED : BackendMeters.FAILED);
        }
        metersOfLoop[loop].ended(exchange, nowNs);
        accessLog.record(exchange, nowNs);
        if (tracing != null) {
            tracing.ended(exchange, nowNs);
        }
    }

    /// Counts the outcome of a health check's probe.
    ///
    /// @param loop the index of the loop that calls
    /// @param backend namespace/name
    public void probed(int loop, String backend, boolean isSuccess) {
        backends.of(backend).add(loop, isSuccess ? BackendMeters.PROBES_SUCCEEDED : BackendMeters.PROBES_FAILED);
    }

    /// Requests by route.
    SeriesTable routes() {
        return routes;
    }

    /// Requests and probes by backend.
    SeriesTable backends() {
        return backends;
    }

    LoopMeters[] metersOfLoop() {
        return metersOfLoop;
    }

    @Nullable
    Tracing tracing() {
        return tracing;
    }

    AccessLog accessLog() {
        return accessLog;
    }
}
