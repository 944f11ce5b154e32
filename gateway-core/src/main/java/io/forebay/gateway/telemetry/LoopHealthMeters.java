package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.LoopContext;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.util.internal.PlatformDependent;
import java.util.List;
import java.util.function.IntToLongFunction;

/// How well the loops are, and what memory outside the heap is taken: `forebay.loop.*`, `forebay.memory.*` and
/// `forebay.buffers.bytes`.
///
/// Lags are looked at from construction on.
public final class LoopHealthMeters {
    private static final String BUFFERS = "Buffers of an event loop's own: kept at rest, and in use";

    private final List<LoopLag> lags;

    public LoopHealthMeters(List<LoopContext> loops) {
        this.lags = loops.stream().map(LoopLag::of).toList();
    }

    /// Binds the meters.
    ///
    /// @param keptBytes by loop index, what the loop's allocator keeps
    /// @param ownedBytes by loop index, that and what it has handed out
    public void bind(PrometheusMeterRegistry registry, IntToLongFunction keptBytes, IntToLongFunction ownedBytes) {
        new LatencyCollector(
                        "forebay_loop_lag_seconds",
                        "How late event loops run what is due, looked at ten times a second on each",
                        () -> lags.stream().map(LoopLag::lags).toList())
                .bind(registry);
        for (int i = 0; i < lags.size(); i++) {
            int loop = i;
            String tag = Integer.toString(i);
            Gauge.builder("forebay.loop.lag.max.seconds", lags.get(i), lag -> lag.maxNs() / 1e9)
                    .tag("loop", tag)
                    .description("The greatest lag of an event loop in the last one to two minutes")
                    .register(registry);
            Gauge.builder("forebay.buffers.bytes", () -> keptBytes.applyAsLong(loop))
                    .tags("loop", tag, "state", "kept")
                    .description(BUFFERS)
                    .register(registry);
            Gauge.builder(
                            "forebay.buffers.bytes",
                            () -> Math.max(0, ownedBytes.applyAsLong(loop) - keptBytes.applyAsLong(loop)))
                    .tags("loop", tag, "state", "used")
                    .description(BUFFERS)
                    .register(registry);
        }
        Gauge.builder("forebay.memory.direct.bytes", PlatformDependent::usedDirectMemory)
                .description("What buffers outside the heap take")
                .register(registry);
        Gauge.builder("forebay.memory.direct.max.bytes", PlatformDependent::maxDirectMemory)
                .description("What buffers outside the heap may take; beyond it requests fail")
                .register(registry);
    }
}
