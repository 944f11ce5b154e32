package io.forebay.admin.server;

import io.forebay.admin.Deadline;
import io.forebay.admin.call.Access;
import io.forebay.admin.call.Reception;
import io.forebay.admin.insight.QueueRates;
import io.forebay.admin.operator.AdminToken;
import io.forebay.admin.resource.AdminApi;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/// The running operators' interface: one port, one virtual thread a connection, everything bounded. Started and closed
/// by the composition root.
public final class AdminServer implements AutoCloseable {
    /// Longest request body.
    public static final int BODY_BYTES_MAX = 64 << 10;

    private static final int CONNECTIONS_MAX = 256;
    /// Calls answered at the same time; one more is told to come again.
    static final int CALLS_MAX = 64;

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
        WebServer server = HttpPort.open("admin", settings.host(), configuration(settings, address, reception));
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

    private static WebServerConfig.Builder configuration(
            AdminSettings settings, InetAddress address, Reception reception) throws IOException {
        WebServerConfig.Builder builder =
                HttpPort.configure(address, settings.port(), CONNECTIONS_MAX, CALLS_MAX, reception);
        if (settings.tls() != null) {
            builder.tls(AdminTls.read(settings.tls()));
        }
        return builder;
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
