package io.forebay.gateway;

import io.forebay.gateway.discovery.DnsSettings;
import io.forebay.gateway.offload.JobSettings;
import io.forebay.gateway.overload.OverloadSettings;
import io.forebay.gateway.shard.PeerSettings;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.TelemetrySettings;
import io.forebay.gateway.transport.Transport;
import org.jspecify.annotations.Nullable;

/// Boot settings of the data plane; a change needs a restart.
///
/// @param loops event loops, 1 to 256
/// @param transport null for the best that works here
/// @param listenAddress null for every address
/// @param connectionsMax open connections of clients; one more is closed at once
/// @param overload when load is shed
/// @param peers the other nodes; null for one that is alone
public record GatewaySettings(
        int loops,
        @Nullable Transport transport,
        @Nullable String listenAddress,
        int connectionsMax,
        DrainSettings drain,
        TelemetrySettings telemetry,
        JobSettings jobs,
        DnsSettings dns,
        OverloadSettings overload,
        @Nullable PeerSettings peers) {
    public static final int CONNECTIONS_MAX_DEFAULT = 50_000;

    public GatewaySettings {
        if (loops < 1 || loops > 256) {
            throw new IllegalArgumentException("loops must be 1 to 256: " + loops);
        }
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be positive: " + connectionsMax);
        }
    }

    /// The same for a node that is alone.
    public GatewaySettings(
            int loops,
            @Nullable Transport transport,
            @Nullable String listenAddress,
            int connectionsMax,
            DrainSettings drain,
            TelemetrySettings telemetry,
            JobSettings jobs,
            DnsSettings dns,
            OverloadSettings overload) {
        this(loops, transport, listenAddress, connectionsMax, drain, telemetry, jobs, dns, overload, null);
    }

    /// The same with the name servers of the system, shedding load by default.
    public GatewaySettings(
            int loops,
            @Nullable Transport transport,
            @Nullable String listenAddress,
            int connectionsMax,
            DrainSettings drain,
            TelemetrySettings telemetry,
            JobSettings jobs) {
        this(
                loops,
                transport,
                listenAddress,
                connectionsMax,
                drain,
                telemetry,
                jobs,
                DnsSettings.SYSTEM,
                OverloadSettings.DEFAULT);
    }

    /// The same with an access log of that level, and else the defaults of telemetry.
    public GatewaySettings(
            int loops,
            @Nullable Transport transport,
            @Nullable String listenAddress,
            int connectionsMax,
            DrainSettings drain,
            AccessLog.Level accessLog,
            JobSettings jobs) {
        this(
                loops,
                transport,
                listenAddress,
                connectionsMax,
                drain,
                TelemetrySettings.DEFAULT.accessLog(accessLog),
                jobs);
    }

    public static GatewaySettings defaults() {
        return new GatewaySettings(
                Runtime.getRuntime().availableProcessors(),
                null,
                null,
                CONNECTIONS_MAX_DEFAULT,
                DrainSettings.DEFAULT,
                TelemetrySettings.DEFAULT,
                JobSettings.DEFAULT);
    }
}
