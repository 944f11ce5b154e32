package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.HedgeOutcome;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.trace.Tracing;
import io.forebay.mesh.resilience.BackendGuard;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// The catalogue of the data plane's meters, and their binding to Micrometer.
///
/// | meter | tags | counts |
/// |---|---|---|
/// | `forebay.requests` | route, status (`2xx`) | finished exchanges, see [RouteMeters] |
/// | `forebay.refusals` | reason | exchanges that ended with a reason: refusals, failures, jobs accepted |
/// | `forebay.flags` | flag | exchanges that were refused or have failed, by [ResponseFlag] |
/// | `forebay.upstream.tries` | | calls of endpoints |
/// | `forebay.requests.retried` | outcome (`answered`, `failed`) | exchanges with more than one try, hedges aside |
/// | `forebay.requests.hedged` | outcome (`won`, `lost`) | exchanges with a second try beside a slow first |
/// | `forebay.shadow.refusals` | reason | exchanges that a policy in shadow mode would have refused |
/// | `forebay.request.bytes`, `forebay.response.bytes` | | body bytes |
/// | `forebay.request.duration.seconds` | quantile | time from the complete head to the end |
/// | `forebay.request.gateway.seconds` | quantile | of it, until the first try began, or the gateway answered |
/// | `forebay.upstream.connect.seconds` | quantile | from the last try until it had a connection |
/// | `forebay.upstream.first.byte.seconds` | quantile | from then on until the answer began |
/// | `forebay.connections.open`, `forebay.connections.refused` | | connections of clients |
/// | `forebay.access.dropped` | | access records that found the ring full |
/// | `forebay.backend.*` | backend | see [BackendMeters] |
/// | `forebay.mirrors` | outcome (`sent`, `failed`, `busy`, `too-large`, `cut-off`) | copies of requests, and those
/// left out |
/// | `forebay.relayed.*` | outcome, direction | see [RelayCounts] |
/// | `forebay.proxyprotocol.refused` | reason | connections closed for their PROXY header, or for want of one |
/// | `forebay.traces.spans` | outcome (`exported`, `dropped`, `failed`) | spans; dropped found the queue full |
/// | `forebay.loop.*`, `forebay.memory.*`, `forebay.buffers.*` | | see [LoopHealthMeters] |
/// | `forebay.transport` | transport | 1 for the one in use |
///
/// Loops register nothing: series that appeared since are bound by [#refresh()], which the scrape calls.
public final class GatewayMeters {

    private final MeterRegistry registry;
    private final Telemetry telemetry;
    private final RouteMeters routes;
    private final BackendMeters backends;
    private final Set<String> bound = new HashSet<>();

    /// @param isRoute whether the policy in force has such a rule
    /// @param backends those of the policy in force
    public GatewayMeters(
            MeterRegistry registry,
            Telemetry telemetry,
            Predicate<String> isRoute,
            Supplier<Collection<BackendGuard>> backends) {
        this.registry = registry;
        this.telemetry = telemetry;
        this.backends = new BackendMeters(registry, telemetry.backends(), backends);
        this.routes = new RouteMeters(registry, telemetry.routes(), isRoute);
        bindFixed();
    }

    private void bindFixed() {
        counter("forebay.request.bytes", Tags.empty(), meters -> meters.requestBytes());
        counter("forebay.response.bytes", Tags.empty(), meters -> meters.answerBytes());
        FunctionCounter.builder(
                        "forebay.access.dropped", telemetry, t -> t.accessLog().dropped())
                .register(registry);
        Tracing tracing = telemetry.tracing();
        if (tracing != null) {
            bindSpans(tracing, "exported", Tracing::exported);
            bindSpans(tracing, "dropped", Tracing::dropped);
            bindSpans(tracing, "failed", Tracing::failed);
        }
        counter("forebay.upstream.tries", Tags.empty(), LoopMeters::tries);
        counter("forebay.requests.retried", Tags.of("outcome", "answered"), LoopMeters::answeredAgain);
        counter("forebay.requests.retried", Tags.of("outcome", "failed"), LoopMeters::failedAgain);
        counter("forebay.requests.hedged", Tags.of("outcome", HedgeOutcome.WON.word()), LoopMeters::hedgesWon);
        counter("forebay.requests.hedged", Tags.of("outcome", HedgeOutcome.LOST.word()), LoopMeters::hedgesLost);
        quantiles("forebay.request.duration.seconds", LoopMeters::durations);
        quantiles("forebay.request.gateway.seconds", LoopMeters::gatewayTimes);
        quantiles("forebay.upstream.connect.seconds", LoopMeters::connectTimes);
        quantiles("forebay.upstream.first.byte.seconds", LoopMeters::firstByteTimes);
    }

    private void bindSpans(Tracing tracing, String outcome, ToDoubleFunction<Tracing> count) {
        FunctionCounter.builder("forebay.traces.spans", tracing, count)
                .tag("outcome", outcome)
                .register(registry);
    }

    private void quantiles(String name, Function<LoopMeters, LatencyHistogram> times) {
        Quantiles.bind(
                registry,
                name,
                telemetry,
                () -> List.of(telemetry.metersOfLoop()).stream().map(times).toList());
    }

    /// Binds what has appeared since the last call. Called by one thread at a time.
    public synchronized void refresh() {
        for (ResponseFlag flag : ResponseFlag.values()) {
            bindFlag(flag);
        }
        for (LoopMeters meters : telemetry.metersOfLoop()) {
            meters.reasons().keySet().forEach(reason -> bindReason("forebay.refusals", reason, LoopMeters::reasons));
            meters.shadowReasons()
                    .keySet()
                    .forEach(reason -> bindReason("forebay.shadow.refusals", reason, LoopMeters::shadowReasons));
        }
        routes.refresh();
        backends.refresh();
    }

    private void bindFlag(ResponseFlag flag) {
        if (sum(telemetry, meters -> meters.flagged(flag)) > 0 && bound.add("flag " + flag)) {
            counter("forebay.flags", Tags.of("flag", flag.code()), meters -> meters.flagged(flag));
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
}
