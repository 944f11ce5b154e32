package io.forebay.gateway.telemetry;

import io.forebay.mesh.resilience.BackendGuard;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// The catalogue of the data plane's meters, and their binding to Micrometer.
///
/// | meter | tags | counts |
/// |---|---|---|
/// | `forebay.requests` | route, status (`2xx`) | finished exchanges |
/// | `forebay.refusals` | reason | exchanges that ended with a reason: refusals, failures, jobs accepted |
/// | `forebay.shadow.refusals` | reason | exchanges that a policy in shadow mode would have refused |
/// | `forebay.request.bytes`, `forebay.response.bytes` | | body bytes |
/// | `forebay.request.duration.seconds` | quantile | time from the complete head to the end |
/// | `forebay.connections.open`, `forebay.connections.refused` | | connections of clients |
/// | `forebay.access.dropped` | | access records that found the ring full |
/// | `forebay.backend.*` | backend | see [BackendMeters] |
/// | `forebay.mirrors` | outcome (`sent`, `failed`, `busy`, `too-large`, `cut-off`) | copies of requests, and those
/// left out |
/// | `forebay.transport` | transport | 1 for the one in use |
///
/// Loops register nothing: series that appeared since are bound by [#refresh()], which the scrape calls.
public final class GatewayMeters {
    private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999};
    private static final String[] STATUS_CLASSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final MeterRegistry registry;
    private final Telemetry telemetry;
    private final BackendMeters backends;
    private final Set<String> bound = new HashSet<>();

    public GatewayMeters(MeterRegistry registry, Telemetry telemetry, Supplier<Collection<BackendGuard>> backends) {
        this.registry = registry;
        this.telemetry = telemetry;
        this.backends = new BackendMeters(registry, backends);
        bindFixed();
    }

    private void bindFixed() {
        counter("forebay.request.bytes", Tags.empty(), meters -> meters.requestBytes());
        counter("forebay.response.bytes", Tags.empty(), meters -> meters.answerBytes());
        FunctionCounter.builder(
                        "forebay.access.dropped", telemetry, t -> t.accessLog().dropped())
                .register(registry);
        for (double quantile : QUANTILES) {
            Gauge.builder("forebay.request.duration.seconds", telemetry, t -> quantileSeconds(t, quantile))
                    .tag("quantile", Double.toString(quantile))
                    .register(registry);
        }
    }

    /// Binds what has appeared since the last call. Called by one thread at a time.
    public synchronized void refresh() {
        for (LoopMeters meters : telemetry.metersOfLoop()) {
            meters.routes().keySet().forEach(this::bindRoute);
            meters.reasons().keySet().forEach(reason -> bindReason("forebay.refusals", reason, LoopMeters::reasons));
            meters.shadowReasons()
                    .keySet()
                    .forEach(reason -> bindReason("forebay.shadow.refusals", reason, LoopMeters::shadowReasons));
        }
        backends.refresh();
    }

    private void bindRoute(String route) {
        if (bound.add("route " + route)) {
            for (int status = 0; status < STATUS_CLASSES.length; status++) {
                int statusClass = status;
                counter("forebay.requests", Tags.of("route", route, "status", STATUS_CLASSES[status]), meters -> {
                    LoopMeters.RouteMeters counts = meters.routes().get(route);
                    return counts == null ? 0 : counts.count(statusClass);
                });
            }
        }
    }

    private void bindReason(String meter, String reason, Function<LoopMeters, Map<String, LoopMeters.Count>> counts) {
        if (bound.add(meter + " " + reason)) {
            counter(meter, Tags.of("reason", reason), meters -> {
                LoopMeters.Count count = counts.apply(meters).get(reason);
                return count == null ? 0 : count.get();
            });
        }
    }

    private void counter(String name, Tags tags, ToLongFunction<LoopMeters> value) {
        FunctionCounter.builder(name, telemetry, t -> sum(t, value)).tags(tags).register(registry);
    }

    private static long sum(Telemetry telemetry, ToLongFunction<LoopMeters> value) {
        long sum = 0;
        for (LoopMeters meters : telemetry.metersOfLoop()) {
            sum += value.applyAsLong(meters);
        }
        return sum;
    }

    private static double quantileSeconds(Telemetry telemetry, double quantile) {
        long[] counts = new long[LatencyHistogram.BUCKETS];
        long total = 0;
        for (LoopMeters meters : telemetry.metersOfLoop()) {
            for (int i = 0; i < counts.length; i++) {
                long count = meters.durations().count(i);
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
