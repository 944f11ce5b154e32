package io.forebay.gateway.overload;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/// The stages of load shedding that are on at one loop, and the levels behind them. Written by the loop's
/// [LoopSampler]; any thread reads. Nothing is on where nobody samples.
public final class LoopOverload {
    private final AtomicInteger on = new AtomicInteger();
    private final AtomicLongArray levels = new AtomicLongArray(Pressure.values().length);

    /// Whether the stage is on. Costs its loop a plain read.
    public boolean isOn(OverloadStage stage) {
        return (on.getOpaque() & stage.bit()) != 0;
    }

    /// A pressure as it is smoothed, 0 to 1.
    double level(Pressure pressure) {
        return Double.longBitsToDouble(levels.getOpaque(pressure.place()));
    }

    int bits() {
        return on.getPlain();
    }

    void set(int bits, OverloadLevels from) {
        on.setOpaque(bits);
        for (Pressure pressure : Pressure.values()) {
            levels.setOpaque(pressure.place(), Double.doubleToRawLongBits(from.level(pressure)));
        }
    }
}
