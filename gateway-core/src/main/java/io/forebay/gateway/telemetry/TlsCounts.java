package io.forebay.gateway.telemetry;

import io.forebay.gateway.tls.TlsConnection;
import io.forebay.gateway.tls.TlsObserver;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts handshakes: `forebay.tls.handshakes` by version and resumption, `forebay.tls.refusals` by reason. Told on
/// loops.
public final class TlsCounts implements TlsObserver {
    private static final Logger LOG = System.getLogger(TlsCounts.class.getName());

    private final LongAdder full = new LongAdder();
    private final LongAdder resumed = new LongAdder();
    private final Map<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class);

    public TlsCounts() {
        for (Refusal refusal : Refusal.values()) {
            refusals.put(refusal, new LongAdder());
        }
    }

    @Override
    public void onHandshake(TlsConnection connection) {
        (connection.isResumed() ? resumed : full).increment();
    }

    @Override
    public void onQuicHandshake() {
        full.increment();
    }

    @Override
    public void onRefusal(Refusal refusal, String detail) {
        LongAdder count = refusals.get(refusal);
        if (count != null) {
            count.increment();
        }
        LOG.log(Level.DEBUG, "handshake refused: {0}, {1}", refusal, detail);
    }

    /// Binds the counters.
    public void bind(MeterRegistry registry) {
        handshakes(registry, "false", full);
        handshakes(registry, "true", resumed);
        refusals.forEach(
                (refusal, count) -> FunctionCounter.builder("forebay.tls.refusals", count, LongAdder::doubleValue)
                        .tag("reason", refusal.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .description("Handshakes with clients that were refused")
                        .register(registry));
    }

    private static void handshakes(MeterRegistry registry, String isResumed, LongAdder count) {
        FunctionCounter.builder("forebay.tls.handshakes", count, LongAdder::doubleValue)
                .tag("resumed", isResumed)
                .description("Handshakes with clients that were completed, by whether they resumed a session")
                .register(registry);
    }
}
