package io.forebay.gateway.proxyprotocol;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Connections that were closed for their header or for want of one: `forebay.proxyprotocol.refused`
/// by reason. Told on loops.
public final class ProxyHeaderRefusals {
    /// Why a connection is closed.
    public enum Reason {
        /// A header from a peer that may not speak for others.
        UNTRUSTED,
        /// None, where one must be.
        MISSING,
        MALFORMED,
        /// Not whole in time, or before the connection ended.
        INCOMPLETE;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    public ProxyHeaderRefusals() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    /// One more.
    public void refused(Reason reason) {
        of(reason).increment();
    }

    private LongAdder of(Reason reason) {
        LongAdder count = counts.get(reason);
        if (count == null) {
            throw new IllegalStateException("no count for " + reason);
        }
        return count;
    }

    /// Binds the counters.
    public void bind(MeterRegistry registry) {
        for (Reason reason : Reason.values()) {
            FunctionCounter.builder("forebay.proxyprotocol.refused", of(reason), LongAdder::doubleValue)
                    .tag("reason", reason.text())
                    .description(
                            "Connections that were closed for their header of the PROXY protocol, or for want of one")
                    .register(registry);
        }
    }
}
