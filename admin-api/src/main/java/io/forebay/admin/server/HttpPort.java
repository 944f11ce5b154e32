package io.forebay.admin.server;

import io.forebay.admin.call.Reception;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/// How a port of operators is opened: everything that it takes is bounded.
final class HttpPort {
    private static final int REQUEST_LINE_BYTES_MAX = 8 << 10;
    private static final int HEADERS_BYTES_MAX = 16 << 10;
    /// A body that is too long is read up to here: a connection that is closed on one that still comes takes the answer
    /// with it.
    static final int READ_BYTES_MAX = 4 * AdminServer.BODY_BYTES_MAX;
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_GRACE = Duration.ofSeconds(2);

    private HttpPort() {}

    /// @param connectionsMax open at a time
    /// @param callsMax answered at a time; one more is told to come again
    static WebServerConfig.Builder configure(
            InetAddress address, int port, int connectionsMax, int callsMax, Reception reception) {
        return WebServer.builder()
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addProtocol(Http1Config.builder()
                        .maxPrologueLength(REQUEST_LINE_BYTES_MAX)
                        .maxHeadersSize(HEADERS_BYTES_MAX)
                        .build())
                .address(address)
                .port(port)
                .maxPayloadSize(READ_BYTES_MAX)
                .maxTcpConnections(connectionsMax)
                .maxConcurrentRequests(callsMax)
                .idleConnectionTimeout(IDLE_TIMEOUT)
                .shutdownGracePeriod(STOP_GRACE)
                .connectionOptions(
                        SocketOptions.builder().readTimeout(READ_TIMEOUT).build())
                .directHandlers(ServerProblems.handlers())
                .routing(HttpRouting.builder().any(new CallHandler(reception)));
    }

    /// Helidon logs why it could not start and returns; the operator must hear it.
    ///
    /// @param whose first word of what the operator hears
    /// @param host as it was configured
    static WebServer open(String whose, String host, WebServerConfig.Builder configuration) throws IOException {
        WebServerConfig built = configuration.buildPrototype();
        WebServer server = WebServer.create(built).start();
        if (!server.isRunning()) {
            InetAddress address = built.address();
            throw new IOException(whose + " port " + host + ":" + built.port() + " cannot be opened: "
                    + AdminAddress.obstacle(address, built.port()));
        }
        return server;
    }
}
