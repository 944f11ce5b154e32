package io.forebay.gateway.discovery;

import io.forebay.mesh.discovery.NameAnswer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/// How lookups of names ended. Any thread.
public final class DiscoveryCounts {
    private final LongAdder found = new LongAdder();
    private final LongAdder absent = new LongAdder();
    private final LongAdder failed = new LongAdder();

    void count(NameAnswer answer) {
        switch (answer) {
            case NameAnswer.Found _ -> found.increment();
            case NameAnswer.Absent _ -> absent.increment();
            case NameAnswer.Failed _ -> failed.increment();
        }
    }

    /// Makes them meters.
    public void bind(MeterRegistry registry) {
        bind(registry, "found", found);
        bind(registry, "absent", absent);
        bind(registry, "failed", failed);
    }

    private static void bind(MeterRegistry registry, String outcome, LongAdder count) {
        FunctionCounter.builder("forebay.discovery.lookups", count, LongAdder::sum)
                .tag("outcome", outcome)
                .description("Lookups of the names of endpoints, by what the name servers said")
                .register(registry);
    }
}
