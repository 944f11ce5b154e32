package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.HedgeOutcome;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.trace.Tracing;
import io.forebay.mesh.resilience.BackendGuard;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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

/// The data plane's meters, and their binding to Micrometer. All meters stand in `docs/meters.md`, which is made from
/// what is said of each where it is bound.
///
/// Loops register nothing: series that appeared since are bound by [#refresh()], which the scrape calls.
public final class GatewayMeters {
    private static final String REASONS = "Requests that ended with a reason: refusals, failures, jobs accepted";
    private static final String SHADOWS = "Requests that a policy in shadow mode would have refused";

    private final PrometheusMeterRegistry registry;
    private final Telemetry telemetry;
    private final RouteMeters routes;
    private final BackendMeters backends;
    private final Set<String> bound = new HashSet<>();

    /// @param isRoute whether the policy in force has such a rule
    /// @param backends those of the policy in force
    public GatewayMeters(
            PrometheusMeterRegistry registry,
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
        counter("forebay.request.bytes", "Bytes of the bodies of requests", Tags.empty(), LoopMeters::requestBytes);
        counter("forebay.response.bytes", "Bytes of the bodies of answers", Tags.empty(), LoopMeters::answerBytes);
        FunctionCounter.builder(
                        "forebay.access.dropped", telemetry, t -> t.accessLog().dropped())
                .description("Lines that the access log has lost: its ring was full")
                .register(registry);
        Tracing tracing = telemetry.tracing();
        if (tracing != null) {
            bindSpans(tracing, "exported", Tracing::exported);
            bindSpans(tracing, "dropped", Tracing::dropped);
            bindSpans(tracing, "failed", Tracing::failed);
        }
        counter("forebay.upstream.tries", "Calls of endpoints", Tags.empty(), LoopMeters::tries);
        retried("answered", LoopMeters::answeredAgain);
        retried("failed", LoopMeters::failedAgain);
        hedged(HedgeOutcome.WON, LoopMeters::hedgesWon);
        hedged(HedgeOutcome.LOST, LoopMeters::hedgesLost);
        times(
                "forebay_request_duration_seconds",
                "From the complete head of a request to the end of request and answer",
                LoopMeters::durations);
        times(
                "forebay_request_gateway_seconds",
                "Of a request's time, until its first try began, or the gateway answered",
                LoopMeters::gatewayTimes);
        times(
                "forebay_upstream_connect_seconds",
                "From the last try of a request until it had a connection",
                LoopMeters::connectTimes);
        times(
                "forebay_upstream_first_byte_seconds",
                "From the connection of a request's last try until the answer began",
                LoopMeters::firstByteTimes);
    }

    private void retried(String outcome, ToLongFunction<LoopMeters> value) {
        counter(
                "forebay.requests.retried",
                "Requests with more than one try, hedges aside, by how they ended",
                Tags.of("outcome", outcome),
                value);
    }

    private void hedged(HedgeOutcome outcome, ToLongFunction<LoopMeters> value) {
        counter(
                "forebay.requests.hedged",
                "Requests with a second try beside a slow first, by what became of the second",
                Tags.of("outcome", outcome.word()),
                value);
    }

    private void bindSpans(Tracing tracing, String outcome, ToDoubleFunction<Tracing> count) {
        FunctionCounter.builder("forebay.traces.spans", tracing, count)
                .tag("outcome", outcome)
                .description("Spans of traces: exported, dropped as the queue was full, failed as nobody took them")
                .register(registry);
    }

    private void times(String name, String help, Function<LoopMeters, LatencyHistogram> times) {
        new LatencyCollector(
                        name,
                        help,
                        () -> List.of(telemetry.metersOfLoop()).stream()
                                .map(times)
                                .toList())
                .bind(registry);
    }

    /// Binds what has appeared since the last call. Called by one thread at a time.
    public synchronized void refresh() {
        for (ResponseFlag flag : ResponseFlag.values()) {
            bindFlag(flag);
        }
        for (LoopMeters meters : telemetry.metersOfLoop()) {
            meters.reasons()
                    .keySet()
                    .forEach(reason -> bindReason("forebay.refusals", REASONS, reason, LoopMeters::reasons));
            meters.shadowReasons()
                    .keySet()
                    .forEach(reason ->
                            bindReason("forebay.shadow.refusals", SHADOWS, reason, LoopMeters::shadowReasons));
        }
        routes.refresh();
        backends.refresh();
    }

    private void bindFlag(ResponseFlag flag) {
        if (sum(telemetry, meters -> meters.flagged(flag)) > 0 && bound.add("flag " + flag)) {
            counter(
                    "forebay.flags",
                    "Requests that were refused or have failed, by response flag",
                    Tags.of("flag", flag.code()),
                    meters -> meters.flagged(flag));
        }
    }

    private void bindReason(
            String meter, String help, String reason, Function<LoopMeters, Map<String, LoopMeters.Count>> counts) {
        if (bound.add(meter + " " + reason)) {
            counter(meter, help, Tags.of("reason", reason), meters -> {
                LoopMeters.Count count = counts.apply(meters).get(reason);
                return count == null ? 0 : count.get();
            });
        }
    }

    private void counter(String name, String help, Tags tags, ToLongFunction<LoopMeters> value) {
        FunctionCounter.builder(name, telemetry, t -> sum(t, value))
                .tags(tags)
                .description(help)
                .register(registry);
    }

    private static long sum(Telemetry telemetry, ToLongFunction<LoopMeters> value) {
        long sum = 0;
        for (LoopMeters meters : telemetry.metersOfLoop()) {
            sum += value.applyAsLong(meters);
        }
        return sum;
    }
}
