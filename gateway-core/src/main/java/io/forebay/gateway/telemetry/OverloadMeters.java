package io.forebay.gateway.telemetry;

import io.forebay.gateway.overload.OverloadControl;
import io.forebay.gateway.overload.OverloadStage;
import io.forebay.gateway.overload.Pressure;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/// What the gateway runs short of, and what it sheds. What is refused or reset for it has the flags
/// `overloaded` and `overload-reset`.
public final class OverloadMeters {
    private OverloadMeters() {}

    public static void bind(MeterRegistry registry, OverloadControl overload) {
        for (Pressure pressure : Pressure.values()) {
            Gauge.builder("forebay.overload.pressure.ratio", overload, control -> control.level(pressure))
                    .tag("pressure", pressure.text())
                    .description("How short something runs, 0 to 1, smoothed over a second, where it is worst")
                    .register(registry);
        }
        for (OverloadStage stage : OverloadStage.values()) {
            Gauge.builder("forebay.overload.loops", overload, control -> control.loopsOn(stage))
                    .tag("stage", stage.text())
                    .description("On how many event loops a stage of shedding is on")
                    .register(registry);
        }
    }
}
