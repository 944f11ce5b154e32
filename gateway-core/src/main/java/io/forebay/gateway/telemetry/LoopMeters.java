package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.Exchange;
import io.forebay.policy.route.RouteRule;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// The counters of one loop. Written by it alone, without locks or atomic read-modify-write; read by whoever scrapes.
///
/// Series are bounded: after [#ROUTES_MAX] routes and [#REASONS_MAX] reasons the rest is counted as `other`.
final class LoopMeters {
    static final int ROUTES_MAX = 200;
    static final int REASONS_MAX = 100;
    static final String OTHER = "other";
    static final String NO_ROUTE = "none";
    private static final int STATUS_CLASSES = 6;

    private final Map<String, RouteMeters> routes = new ConcurrentHashMap<>();
    private final Map<String, Count> reasons = new ConcurrentHashMap<>();
    private final Map<String, Count> shadowReasons = new ConcurrentHashMap<>();
    private final LatencyHistogram durations = new LatencyHistogram();
    private final Count requestBytes = new Count();
    private final Count answerBytes = new Count();

    /// One number with one writer.
    static final class Count {
        private final AtomicLongArray value = new AtomicLongArray(1);

        void add(long amount) {
            value.setOpaque(0, value.getPlain(0) + amount);
        }

        long get() {
            return value.getOpaque(0);
        }
    }

    /// Requests of one route by the first digit of the answer's status; 0 where there was no answer.
    static final class RouteMeters {
        private final AtomicLongArray byStatusClass = new AtomicLongArray(STATUS_CLASSES);

        private void add(int status) {
            int index = Math.min(STATUS_CLASSES - 1, status / 100);
            byStatusClass.setOpaque(index, byStatusClass.getPlain(index) + 1);
        }

        long count(int statusClass) {
            return byStatusClass.getOpaque(statusClass);
        }
    }

    void ended(Exchange exchange, long nowNs) {
        RouteRule rule = exchange.ruleOrNull();
        route(rule == null ? NO_ROUTE : rule.id()).add(exchange.status());
        durations.record(nowNs - exchange.startedNs());
        requestBytes.add(exchange.requestBytes());
        answerBytes.add(exchange.answerBytes());
        count(reasons, exchange.reason());
        count(shadowReasons, exchange.shadowReason());
    }

    private RouteMeters route(String id) {
        RouteMeters known = routes.get(id);
        if (known == null) {
            known = routes.computeIfAbsent(routes.size() < ROUTES_MAX ? id : OTHER, name -> new RouteMeters());
        }
        return known;
    }

    private static void count(Map<String, Count> counts, @Nullable String reason) {
        if (reason == null) {
            return;
        }
        Count known = counts.get(reason);
        if (known == null) {
            known = counts.computeIfAbsent(counts.size() < REASONS_MAX ? reason : OTHER, name -> new Count());
        }
        known.add(1);
    }

    Map<String, RouteMeters> routes() {
        return routes;
    }

    Map<String, Count> reasons() {
        return reasons;
    }

    Map<String, Count> shadowReasons() {
        return shadowReasons;
    }

    LatencyHistogram durations() {
        return durations;
    }

    long requestBytes() {
        return requestBytes.get();
    }

    long answerBytes() {
        return answerBytes.get();
    }
}
