package io.forebay.gateway.telemetry;

import io.forebay.gateway.relay.RelayObserver;
import io.forebay.gateway.relay.RelayedConnection;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/// Counts and records relayed connections: `forebay.relayed.connections` by outcome (`ended`, `failed`),
/// `forebay.relayed.open`, `forebay.relayed.bytes` by direction (`in` from clients, `out` to them). Told on loops.
public final class RelayCounts implements RelayObserver {
    private final AccessLog accessLog;
    private final LongAdder open = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();

    public RelayCounts(AccessLog accessLog) {
        this.accessLog = accessLog;
    }

    @Override
    public void onBegin() {
        open.increment();
    }

    @Override
    public void onEnd(RelayedConnection connection) {
        open.decrement();
        (connection.reason() == null ? ended : failed).increment();
        receivedBytes.add(connection.receivedBytes());
        sentBytes.add(connection.sentBytes());
        accessLog.record(connection);
    }

    /// Binds the meters.
    public void bind(MeterRegistry registry) {
        Gauge.builder("forebay.relayed.open", open, LongAdder::doubleValue)
                .description("Connections that are relayed at the moment (TLSRoute, TCPRoute)")
                .register(registry);
        connections(registry, "ended", ended);
        connections(registry, "failed", failed);
        bytes(registry, "in", receivedBytes);
        bytes(registry, "out", sentBytes);
    }

    private static void connections(MeterRegistry registry, String outcome, LongAdder count) {
        FunctionCounter.builder("forebay.relayed.connections", count, LongAdder::doubleValue)
                .tag("outcome", outcome)
                .description("Relayed connections that are over, by how they ended")
                .register(registry);
    }

    private static void bytes(MeterRegistry registry, String direction, LongAdder count) {
        FunctionCounter.builder("forebay.relayed.bytes", count, LongAdder::doubleValue)
                .tag("direction", direction)
                .description("Bytes of relayed connections that are over: in from clients, out to them")
                .register(registry);
    }
}
