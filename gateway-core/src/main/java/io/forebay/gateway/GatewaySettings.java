package io.forebay.gateway;

import io.forebay.gateway.offload.JobSettings;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.transport.Transport;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Boot settings of the data plane; a change needs a restart.
///
/// @param loops event loops, 1 to 256
/// @param transport null for the best that works here
/// @param listenAddress null for every address
/// @param connectionsMax open connections of clients; one more is closed at once
/// @param drainNs how long a drain waits for what is under way
public record GatewaySettings(
        int loops,
        @Nullable Transport transport,
        @Nullable String listenAddress,
        int connectionsMax,
        long drainNs,
        AccessLog.Level accessLog,
        JobSettings jobs) {
    public static final int CONNECTIONS_MAX_DEFAULT = 50_000;
    public static final long DRAIN_DEFAULT_NS = TimeUnit.SECONDS.toNanos(30);

    public GatewaySettings {
        if (loops < 1 || loops > 256) {
            throw new IllegalArgumentException("loops must be 1 to 256: " + loops);
        }
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be positive: " + connectionsMax);
        }
        if (drainNs < 0) {
            throw new IllegalArgumentException("drain must not be negative: " + drainNs);
        }
    }

    public static GatewaySettings defaults() {
        return new GatewaySettings(
                Runtime.getRuntime().availableProcessors(),
                null,
                null,
                CONNECTIONS_MAX_DEFAULT,
                DRAIN_DEFAULT_NS,
                AccessLog.Level.PROBLEMS,
                JobSettings.DEFAULT);
    }
}
