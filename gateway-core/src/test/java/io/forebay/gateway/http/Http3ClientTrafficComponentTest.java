package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.EdgeServer;
import io.forebay.gateway.transport.Transport;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.ClientTraffic.ConnectionLimit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a ClientTrafficPolicy asks of connections of HTTP/3.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class Http3ClientTrafficComponentTest {
    private static final String HOST = "open.example";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final TestOrigin origin = new TestOrigin();
    private final TestCertificates certificates = new TestCertificates();

    Http3ClientTrafficComponentTest() throws Exception {}

    private EdgeServer server(ConnectionLimit limit, ClientTraffic.Timeouts timeouts) throws Exception {
        return EdgeServer.http3(
                Transport.EPOLL,
                origin,
                TlsListenerSettings.of(List.of(certificates.host(HOST, new ClientValidation.None()))),
                new ClientTraffic(null, true, limit, ClientTraffic.Http2.DEFAULT, timeouts));
    }

    private EdgeServer patient(long requestSeconds, long idleSeconds, long bytesPerSecond) throws Exception {
        return server(
                ConnectionLimit.NONE,
                new ClientTraffic.Timeouts(requestSeconds * SECOND_NS, idleSeconds * SECOND_NS, bytesPerSecond));
    }

    private EdgeServer limited(int ofPort, int ofClient) throws Exception {
        return server(new ConnectionLimit(ofPort, ofClient), ClientTraffic.Timeouts.DEFAULT);
    }

    private Http3TestClient client(EdgeServer server) throws Exception {
        return Http3TestClient.connect(server.port(), HOST, certificates.pem());
    }

    private static void sweepIn(EdgeServer server, long seconds) {
        server.onLoop(() -> {
            server.loop().deadlines().sweep(System.nanoTime() + seconds * SECOND_NS);
            return true;
        });
    }

    @Test
    void idleConnectionsGoWhenThePolicySays() throws Exception {
        try (EdgeServer server = patient(0, 200, 0);
                Http3TestClient client = client(server)) {
            assertThat(client.get("/x").status()).isEqualTo(":status: 200");
            await().atMost(PATIENCE).until(() -> origin.ended.size() == 1);
            sweepIn(server, 190);
            assertThat(client.get("/x").status()).isEqualTo(":status: 200");
            await().atMost(PATIENCE).until(() -> origin.ended.size() == 2);
            await().atMost(PATIENCE).until(() -> {
                sweepIn(server, 210);
                return server.openConnections() == 0;
            });
            client.awaitClosed();
        }
    }

    @Test
    void slowBodyIsGivenUp() throws Exception {
        try (EdgeServer server = patient(0, 60, 1_000);
                Http3TestClient client = client(server)) {
            Http3TestClient.Stream stream =
                    client.request(false, "POST", "/hold").data(false, (byte) 'x');
            origin.awaitHeld();
            await().atMost(PATIENCE).until(() -> origin.consumed.get() == 1);
            sweepIn(server, 9);
            assertThat(origin.ended).isEmpty();
            sweepIn(server, 11);
            assertThat(origin.awaitEnd().reason()).isEqualTo("client-timeout");
            stream.awaitCutOff();
        }
    }

    @Test
    void bodyThatComesAtTheRateOrIsNotReadIsNot() throws Exception {
        try (EdgeServer server = patient(0, 60, 1_000);
                Http3TestClient client = client(server)) {
            client.request(false, "POST", "/hold").data(false, new byte[10_000]);
            origin.awaitHeld();
            await().atMost(PATIENCE).until(() -> origin.consumed.get() == 10_000);
            client.request(false, "POST", "/pause").data(false, (byte) 'x');
            origin.awaitHeld();
            sweepIn(server, 11);
            assertThat(origin.ended).isEmpty();
        }
    }

    @Test
    void requestThatIsNotWholeInItsTimeIsGivenUp() throws Exception {
        try (EdgeServer server = patient(20, 60, 0);
                Http3TestClient client = client(server)) {
            Http3TestClient.Stream stream =
                    client.request(false, "POST", "/hold").data(false, (byte) 'x');
            origin.awaitHeld();
            sweepIn(server, 19);
            assertThat(origin.ended).isEmpty();
            sweepIn(server, 21);
            assertThat(origin.awaitEnd().reason()).isEqualTo("client-timeout");
            stream.awaitCutOff();
        }
    }

    /// Whether the connection is one that is served.
    private boolean isServed(EdgeServer server) throws Exception {
        try (Http3TestClient client = client(server)) {
            return client.get("/x").status().equals(":status: 200");
        } catch (Exception e) {
            return false;
        }
    }

    private static double refusals(SimpleMeterRegistry registry, String limit) {
        return registry.get("forebay.connections.limited")
                .tag("limit", limit)
                .functionCounter()
                .count();
    }

    @Test
    void connectionsOfThePortCountTogetherWithThoseOfTcp() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (EdgeServer server = limited(2, Integer.MAX_VALUE)) {
            server.bindLimited(registry);
            try (Socket tcp = new Socket(InetAddress.getLoopbackAddress(), server.port());
                    Http3TestClient client = client(server)) {
                assertThat(tcp.isConnected()).isTrue();
                assertThat(client.get("/x").status()).isEqualTo(":status: 200");
                await().atMost(PATIENCE).until(() -> server.openConnections() == 2);
                assertThat(isServed(server)).isFalse();
                assertThat(refusals(registry, "listener")).isEqualTo(1);
                assertThat(client.get("/x").status()).isEqualTo(":status: 200");
            }
            await().atMost(PATIENCE).until(() -> server.openConnections() == 0);
            assertThat(isServed(server)).isTrue();
        }
    }

    @Test
    void connectionsOfOneClientAreLimited() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (EdgeServer server = limited(1_000, 1)) {
            server.bindLimited(registry);
            try (Http3TestClient client = client(server)) {
                assertThat(client.get("/x").status()).isEqualTo(":status: 200");
                assertThat(isServed(server)).isFalse();
                assertThat(refusals(registry, "client-address")).isEqualTo(1);
            }
            await().atMost(PATIENCE).until(() -> server.openConnections() == 0);
            assertThat(isServed(server)).isTrue();
        }
    }
}
