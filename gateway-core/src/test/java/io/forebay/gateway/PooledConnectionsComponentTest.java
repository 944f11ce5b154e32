package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Balance;
import io.forebay.mesh.ConnectionSettings;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// When connections to a backend are opened, kept and given up. A connection that nothing is said of rests for 50 s,
/// longer than these tests wait.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class PooledConnectionsComponentTest {
    private static final BackendTransport H2C = new BackendTransport(BackendTransport.Http.VERSION_2, null);
    private static final ConnectionSettings STANDARD = ConnectionSettings.DEFAULT;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static ConnectionSettings life(long idleNs, long durationMaxNs, int requestsMax, int preconnected) {
        return new ConnectionSettings(
                STANDARD.connectTimeoutNs(), idleNs, durationMaxNs, requestsMax, preconnected, null);
    }

    private static ConnectionSettings idle(long idleNs) {
        return life(idleNs, 0, 0, 0);
    }

    private static ConnectionSettings duration(long durationMaxNs) {
        return life(STANDARD.idleTimeoutNs(), durationMaxNs, 0, 0);
    }

    private static ConnectionSettings requests(int max) {
        return life(STANDARD.idleTimeoutNs(), 0, max, 0);
    }

    private static ConnectionSettings preconnected(int count) {
        return life(STANDARD.idleTimeoutNs(), 0, 0, count);
    }

    private static Backend backend(ConnectionSettings connections, BackendTransport transport, Endpoint... endpoints) {
        return new Backend(
                        new BackendId("default", "up"),
                        List.of(endpoints),
                        BackendLimits.DEFAULT,
                        LoadBalancer.of(Balance.ROUND_ROBIN),
                        HealthCheck.NONE,
                        transport)
                .withConnections(connections);
    }

    private static TestGateway gateway(int loops, Backend backend) throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT.loops(loops))
                .backend(backend)
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    private static TestGateway gateway(ConnectionSettings connections, Endpoint... endpoints) throws IOException {
        return gateway(1, backend(connections, BackendTransport.DEFAULT, endpoints));
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(30, TimeUnit.SECONDS).until(condition);
    }

    private static void isOk(Wire client) throws IOException {
        Wire.Message answer = client.get("/");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok");
    }

    @Test
    void connectionIsClosedBeforeItsServerWouldCloseIt() throws Exception {
        try (TestUpstream upstream = TestUpstream.answering(
                        TestUpstream.OK.replace("\r\n\r\n", "\r\nKeep-Alive: max=9, timeout=2\r\n\r\n"));
                TestGateway gateway = gateway(STANDARD, upstream.endpoint());
                Wire client = gateway.client()) {
            isOk(client);
            eventually(() -> upstream.ended.get() == 1);
            isOk(client);
            assertThat(upstream.accepted).hasValue(2);
        }
    }

    @Test
    void connectionIsClosedOnceItHasRestedForTheIdleTimeout() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(idle(SECOND), upstream.endpoint());
                Wire client = gateway.client()) {
            isOk(client);
            eventually(() -> upstream.ended.get() == 1);
        }
    }

    @Test
    void laterPolicyHoldsForConnectionsThatStand() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(STANDARD, upstream.endpoint());
                Wire client = gateway.client()) {
            isOk(client);
            gateway.backend(backend(idle(SECOND), BackendTransport.DEFAULT, upstream.endpoint()))
                    .listen();
            isOk(client);
            assertThat(upstream.accepted).as("the connection was kept").hasValue(1);
            eventually(() -> upstream.ended.get() == 1);
        }
    }

    @Test
    void connectionOfHttp2IsClosedOnceItHasRestedForTheIdleTimeout() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.answering("ok");
                TestGateway gateway = gateway(1, backend(idle(SECOND), H2C, upstream.endpoint()));
                Wire client = gateway.client()) {
            isOk(client);
            eventually(() -> upstream.ended.get() == 1);
            isOk(client);
            assertThat(upstream.accepted).hasValue(2);
        }
    }

    @Test
    void connectionCarriesNoMoreRequestsThanItMay() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(requests(2), upstream.endpoint());
                Wire client = gateway.client()) {
            for (int request = 0; request < 5; request++) {
                isOk(client);
            }
            assertThat(upstream.accepted).hasValue(3);
            eventually(() -> upstream.ended.get() == 2);
        }
    }

    @Test
    void connectionOfHttp2CarriesNoMoreRequestsThanItMay() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.answering("ok");
                TestGateway gateway = gateway(1, backend(requests(2), H2C, upstream.endpoint()));
                Wire client = gateway.client()) {
            for (int request = 0; request < 5; request++) {
                isOk(client);
            }
            assertThat(upstream.accepted).hasValue(3);
            eventually(() -> upstream.ended.get() == 2);
        }
    }

    @Test
    void oldConnectionIsGivenUpBetweenTwoRequests() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(duration(SECOND), upstream.endpoint());
                Wire client = gateway.client()) {
            eventually(() -> {
                isOk(client);
                return upstream.accepted.get() > 1;
            });
        }
    }

    @Test
    void oldConnectionOfHttp2IsGivenUpBetweenTwoRequests() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.answering("ok");
                TestGateway gateway = gateway(1, backend(duration(SECOND), H2C, upstream.endpoint()));
                Wire client = gateway.client()) {
            eventually(() -> {
                isOk(client);
                return upstream.accepted.get() > 1;
            });
        }
    }

    @Test
    void callThatLastsLongerThanItsConnectionMayIsNotCut() throws Exception {
        AtomicInteger later = new AtomicInteger();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    while (true) {
                        if (wire.read().startLine().contains("/long")) {
                            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlo");
                            eventually(() -> later.get() > 2);
                            wire.send("ng");
                        } else {
                            wire.send(TestUpstream.OK);
                        }
                    }
                });
                TestGateway gateway = gateway(duration(SECOND), upstream.endpoint());
                Wire caller = gateway.client();
                Wire client = gateway.client()) {
            caller.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
            // Two connections that begin after that of the long call have grown old.
            eventually(() -> {
                isOk(client);
                later.set(upstream.accepted.get() - 1);
                return later.get() > 2;
            });
            assertThat(caller.read().body()).isEqualTo("long");
        }
    }

    @Test
    void connectionsStandBeforeAnybodyCalls() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(preconnected(3), upstream.endpoint())) {
            eventually(() -> upstream.accepted.get() == 3);
            try (Wire client = gateway.client()) {
                isOk(client);
                isOk(client);
            }
            assertThat(upstream.accepted).as("calls use them").hasValue(3);
            gateway.backend(backend(preconnected(5), BackendTransport.DEFAULT, upstream.endpoint()))
                    .listen();
            eventually(() -> upstream.accepted.get() == 5);
            assertThat(upstream.ended).hasValue(0);
        }
    }

    @Test
    void connectionsThatStandAreSharedOutOverTheLoops() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway =
                        gateway(2, backend(preconnected(3), BackendTransport.DEFAULT, upstream.endpoint()))) {
            eventually(() -> upstream.accepted.get() == 4);
            gateway.backend(backend(preconnected(1), BackendTransport.DEFAULT, upstream.endpoint()))
                    .listen();
            for (int client = 0; client < 4; client++) {
                assertThat(gateway.get("/").status()).isEqualTo(200);
            }
            assertThat(upstream.accepted).as("none is opened, none closed").hasValue(4);
            assertThat(upstream.ended).hasValue(0);
        }
    }

    @Test
    void connectionOfHttp2StandsBeforeAnybodyCalls() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.answering("ok");
                TestGateway gateway = gateway(1, backend(preconnected(1), H2C, upstream.endpoint()));
                Wire client = gateway.client()) {
            eventually(() -> upstream.accepted.get() == 1);
            isOk(client);
            assertThat(upstream.accepted).hasValue(1);
        }
    }

    @Test
    void connectionThatTheServerClosesIsReplacedBeforeAnybodyCalls() throws Exception {
        AtomicInteger served = new AtomicInteger();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    if (served.incrementAndGet() > 2) {
                        wire.read();
                    }
                });
                TestGateway gateway = gateway(preconnected(1), upstream.endpoint())) {
            eventually(() -> upstream.accepted.get() == 3);
            eventually(() -> upstream.ended.get() == 2);
            assertThat(gateway.access.lines()).isEmpty();
        }
    }

    @Test
    void endpointThatRefusesIsConnectedToOnceItListensAndItsBreakerHearsNothing() throws Exception {
        int port = TestUpstream.freePort();
        Endpoint endpoint = new Endpoint("127.0.0.9", port);
        try (TestUpstream sound = TestUpstream.ok();
                TestGateway gateway = gateway(preconnected(1), endpoint, sound.endpoint())) {
            eventually(() -> sound.accepted.get() == 1);
            try (TestUpstream late = TestUpstream.at("127.0.0.9", port, wire -> {
                while (true) {
                    wire.read();
                    wire.send(TestUpstream.OK);
                }
            })) {
                eventually(() -> late.accepted.get() == 1);
                assertThat(gateway.meter("forebay_backend_endpoints{backend=\"default/up\",state=\"healthy\"}"))
                        .isEqualTo(2);
            }
        }
    }

    /// A server that closes what has rested may have read nothing of a request that crosses the close.
    @Test
    void requestOnAnUnusedConnectionThatWasClosedIsMadeAgain() throws Exception {
        AtomicInteger served = new AtomicInteger();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    int number = served.incrementAndGet();
                    while (true) {
                        wire.read();
                        if (number == 1) {
                            return;
                        }
                        wire.send(TestUpstream.OK);
                    }
                });
                TestGateway gateway = gateway(preconnected(1), upstream.endpoint())) {
            eventually(() -> upstream.accepted.get() == 1);
            // The only loop has turned around since: it knows that the connection stands.
            assertThat(gateway.without("/").listen().get("/").status()).isEqualTo(404);
            gateway.rule("/", TestGateway.rule("all").build()).listen();
            try (Wire client = gateway.client()) {
                isOk(client);
                assertThat(served.get()).isGreaterThan(1);
            }
        }
    }

    @Test
    void waitForAConnectionEndsWithTheConnectTimeout() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket();
                Socket second = new Socket()) {
            InetSocketAddress address = new InetSocketAddress(full.getInetAddress(), full.getLocalPort());
            first.connect(address);
            second.connect(address);
            // The one before would be waited for longer than the test may last.
            ConnectionSettings patient = new ConnectionSettings(60 * SECOND, 50 * SECOND, 0, 0, 0, null);
            ConnectionSettings brief = new ConnectionSettings(SECOND / 10, 50 * SECOND, 0, 0, 0, null);
            Endpoint endpoint = new Endpoint("127.0.0.1", full.getLocalPort());
            try (TestGateway gateway = gateway(patient, endpoint)) {
                gateway.backend(backend(brief, BackendTransport.DEFAULT, endpoint))
                        .listen();
                assertThat(gateway.get("/").status()).isEqualTo(503);
                eventually(() -> gateway.access.lines().stream()
                        .anyMatch(line -> line.contains("\"flag\":\"upstream-connect-timeout\"")));
            }
        }
    }
}
