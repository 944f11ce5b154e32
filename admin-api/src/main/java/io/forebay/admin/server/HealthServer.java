package io.forebay.admin.server;

import io.forebay.admin.Deadline;
import io.forebay.admin.GatewayView;
import io.forebay.admin.MetricsScrape;
import io.forebay.admin.call.Reception;
import io.forebay.admin.resource.AdminApi;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/// The health port: `GET /ready` and `GET /live`, and `GET /metrics` where that is wanted, for anybody who reaches it.
/// A kubelet asks there without a token, and the operators' port stays on loopback. Started and closed by the
/// composition root.
public final class HealthServer implements AutoCloseable {
    /// One more is not accepted before another ends.
    static final int CONNECTIONS_MAX = 64;
    /// Calls answered at the same time; one more is told to come again.
    static final int CALLS_MAX = 16;
    /// Of silence in a call, and between two: whoever says nothing makes room for a probe.
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final WebServer server;

    private HealthServer(WebServer server) {
        this.server = server;
    }

    /// Opens the port.
    ///
    /// @throws IOException with what the operator must change, if it cannot be opened
    public static HealthServer start(HealthSettings settings, GatewayView gateway, MetricsScrape metrics)
            throws IOException {
        InetAddress address = AdminAddress.resolve("health.host", settings.host());
        Deadline deadline = new Deadline(settings.callTimeout());
        Reception reception =
                Reception.ofOpen(AdminApi.health(gateway, settings.hasMetrics() ? metrics : null, deadline));
        return new HealthServer(HttpPort.open(
                "health",
                settings.host(),
                HttpPort.configure(address, settings.port(), CONNECTIONS_MAX, CALLS_MAX, reception)
                        .idleConnectionTimeout(SILENCE)
                        .idleConnectionPeriod(SILENCE)
                        .connectionOptions(
                                SocketOptions.builder().readTimeout(SILENCE).build())));
    }

    /// The port in use, also if the settings left it to the system.
    public int port() {
        return server.port();
    }

    /// Closes the port; calls under way get a short grace.
    @Override
    public void close() {
        server.stop();
    }
}
