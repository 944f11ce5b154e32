package io.forebay.admin.server;

import io.forebay.admin.Deadline;
import io.forebay.admin.call.Access;
import io.forebay.admin.call.Reception;
import io.forebay.admin.insight.QueueRates;
import io.forebay.admin.operator.AdminToken;
import io.forebay.admin.resource.AdminApi;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/// The running operators' interface: one port, one virtual thread a connection, everything bounded. Started and closed
/// by the composition root.
public final class AdminServer implements AutoCloseable {
    /// Longest request body.
    public static final int BODY_BYTES_MAX = 64 << 10;

    private static final int CONNECTIONS_MAX = 256;
    /// Calls answered at the same time; one more is told to come again.
    static final int CALLS_MAX = 64;
    private static final int REQUEST_LINE_BYTES_MAX = 8 << 10;
    private static final int HEADERS_BYTES_MAX = 16 << 10;
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_GRACE = Duration.ofSeconds(2);

    private final WebServer server;
    private final QueueRates rates;
    private final String origin;

    private AdminServer(WebServer server, QueueRates rates, String origin) {
        this.server = server;
        this.rates = rates;
        this.origin = origin;
    }

    /// Opens the port. The token is made in the data folder if there is none yet, and the address is left there.
    ///
    /// @throws IOException with what the operator must change, if the port cannot be opened, the address needs TLS,
    ///     or the token or the TLS files cannot be used
    public static AdminServer start(
            AdminSettings settings, Path dataFolder, AdminApi.Ports ports, SecureRandom random, InstantSource clock)
            throws IOException {
        InetAddress address = AdminAddress.require(settings);
        AdminToken token = AdminToken.open(dataFolder, random);
        Deadline deadline = new Deadline(settings.callTimeout());
        QueueRates rates = new QueueRates(ports.queues(), deadline);
        Access metricsAccess = settings.hasOpenMetrics() ? Access.OPEN : Access.OPERATOR;
        Reception reception = new Reception(AdminApi.operations(ports, metricsAccess, rates, deadline, clock), token);
        WebServer server = open(configuration(settings, address, reception), settings, address);
        String origin = AdminAddress.origin(settings, address, server.port());
        try {
            AdminAddressFile.write(dataFolder, origin);
        } catch (IOException e) {
            server.stop();
            throw e;
        }
        rates.start();
        return new AdminServer(server, rates, origin);
    }

    private static WebServerConfig configuration(AdminSettings settings, InetAddress address, Reception reception)
            throws IOException {
        WebServerConfig.Builder builder = WebServer.builder()
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addProtocol(Http1Config.builder()
                        .maxPrologueLength(REQUEST_LINE_BYTES_MAX)
                        .maxHeadersSize(HEADERS_BYTES_MAX)
                        .build())
                .address(address)
                .port(settings.port())
                .maxPayloadSize(BODY_BYTES_MAX)
                .maxTcpConnections(CONNECTIONS_MAX)
                .maxConcurrentRequests(CALLS_MAX)
                .idleConnectionTimeout(IDLE_TIMEOUT)
                .shutdownGracePeriod(STOP_GRACE)
                .connectionOptions(
                        SocketOptions.builder().readTimeout(READ_TIMEOUT).build())
                .directHandlers(ServerProblems.handlers())
                .routing(HttpRouting.builder().any(new CallHandler(reception)));
        if (settings.tls() != null) {
            builder.tls(AdminTls.read(settings.tls()));
        }
        return builder.buildPrototype();
    }

    /// Helidon logs why it could not start and returns; the operator must hear it.
    private static WebServer open(WebServerConfig configuration, AdminSettings settings, InetAddress address)
            throws IOException {
        WebServer server = WebServer.create(configuration).start();
        if (!server.isRunning()) {
            throw new IOException("admin port " + settings.host() + ":" + settings.port() + " cannot be opened: "
                    + AdminAddress.obstacle(address, settings.port()));
        }
        return server;
    }

    /// The port in use, also if the settings left it to the system.
    public int port() {
        return server.port();
    }

    /// Scheme, host and port, for people to read and call.
    public String origin() {
        return origin;
    }

    /// Closes the port; calls under way get a short grace.
    @Override
    public void close() {
        rates.close();
        server.stop();
    }
}
