package io.forebay.gateway.transport;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/// Connections that were closed for a limit of their port's ClientTrafficPolicy: `forebay.connections.limited` by
/// `limit` (`listener`, `client-address`). Told on loops.
public final class ConnectionRefusals {
    private final LongAdder ofPort = new LongAdder();
    private final LongAdder ofClient = new LongAdder();

    /// One more for the port has all it may have.
    void ofPort() {
        ofPort.increment();
    }

    /// One more for its client has.
    void ofClient() {
        ofClient.increment();
    }

    /// Binds the counters.
    public void bind(MeterRegistry registry) {
        bind(registry, "listener", ofPort);
        bind(registry, "client-address", ofClient);
    }

    private static void bind(MeterRegistry registry, String limit, LongAdder count) {
        FunctionCounter.builder("forebay.connections.limited", count, LongAdder::doubleValue)
                .tag("limit", limit)
                .description("Connections that were closed for a limit of a ClientTrafficPolicy")
                .register(registry);
    }
}
