package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.LoopContext;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.internal.PlatformDependent;
import java.util.List;
import java.util.function.IntToLongFunction;

/// How well the loops are, and what memory outside the heap is taken.
///
/// | meter | tags | |
/// |---|---|---|
/// | `forebay.loop.lag.seconds` | quantile | how late loops run what is due, since the start, over all loops |
/// | `forebay.loop.lag.max.seconds` | loop | the greatest lag of the last one to two minutes |
/// | `forebay.memory.direct.bytes` | | what buffers outside the heap take |
/// | `forebay.memory.direct.max.bytes` | | what they may take; beyond it requests fail |
/// | `forebay.buffers.bytes` | loop, state (`kept`, `used`) | of it, those of a loop's own: at rest, and in use |
///
/// Lags are looked at from construction on.
public final class LoopHealthMeters {
    private final List<LoopLag> lags;

    public LoopHealthMeters(List<LoopContext> loops) {
        this.lags = loops.stream().map(LoopLag::of).toList();
    }

    /// Binds the meters.
    ///
    /// @param keptBytes by loop index, what the loop's allocator keeps
    /// @param ownedBytes by loop index, that and what it has handed out
    public void bind(MeterRegistry registry, IntToLongFunction keptBytes, IntToLongFunction ownedBytes) {
        Quantiles.bind(
                registry,
                "forebay.loop.lag.seconds",
                this,
                () -> lags.stream().map(LoopLag::lags).toList());
        for (int i = 0; i < lags.size(); i++) {
            int loop = i;
            String tag = Integer.toString(i);
            Gauge.builder("forebay.loop.lag.max.seconds", lags.get(i), lag -> lag.maxNs() / 1e9)
                    .tag("loop", tag)
                    .register(registry);
            Gauge.builder("forebay.buffers.bytes", () -> keptBytes.applyAsLong(loop))
                    .tags("loop", tag, "state", "kept")
                    .register(registry);
            Gauge.builder(
                            "forebay.buffers.bytes",
                            () -> Math.max(0, ownedBytes.applyAsLong(loop) - keptBytes.applyAsLong(loop)))
                    .tags("loop", tag, "state", "used")
                    .register(registry);
        }
        Gauge.builder("forebay.memory.direct.bytes", PlatformDependent::usedDirectMemory)
                .register(registry);
        Gauge.builder("forebay.memory.direct.max.bytes", PlatformDependent::maxDirectMemory)
                .register(registry);
    }
}
