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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What meters say of the connections to a backend, over both versions of HTTP.
@ExtendWith(LeakWatch.class)
@Timeout(120)
class ConnectionMetersComponentTest {
    private static final ConnectionSettings STANDARD = ConnectionSettings.DEFAULT;

    private static ConnectionSettings life(long idleNs, int requestsMax) {
        return new ConnectionSettings(STANDARD.connectTimeoutNs(), idleNs, 0, requestsMax, 0, null);
    }

    private static Backend backend(ConnectionSettings life, BackendTransport.Http http, Endpoint endpoint) {
        return new Backend(
                        new BackendId("default", "up"),
                        List.of(endpoint),
                        BackendLimits.DEFAULT,
                        LoadBalancer.of(Balance.ROUND_ROBIN),
                        HealthCheck.NONE,
                        new BackendTransport(http, null))
                .withConnections(life);
    }

    private static TestGateway gateway(ConnectionSettings life, BackendTransport.Http http, Endpoint endpoint)
            throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT.loops(1))
                .backend(backend(life, http, endpoint))
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    private static TestGateway gateway(ConnectionSettings life, Endpoint endpoint) throws IOException {
        return gateway(life, BackendTransport.Http.VERSION_1, endpoint);
    }

    private static double meter(TestGateway gateway, String name) {
        return gateway.meter("forebay_backend_connections_" + name + "{backend=\"default/up\"}");
    }

    private static double closed(TestGateway gateway, String reason) {
        return gateway.meter(
                "forebay_backend_connections_closed_total{backend=\"default/up\",reason=\"" + reason + "\"}");
    }

    private static void awaitMeter(TestGateway gateway, String name, double value) {
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(meter(gateway, name)).isEqualTo(value));
    }

    /// One was closed, for this reason and no other.
    private static void awaitClosed(TestGateway gateway, String reason) {
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(closed(gateway, reason)).isEqualTo(1));
        for (String other : List.of("idle", "spent", "upstream", "gateway")) {
            assertThat(closed(gateway, other)).as(other).isEqualTo(other.equals(reason) ? 1 : 0);
        }
        awaitMeter(gateway, "idle", meter(gateway, "open"));
    }

    private static void isOk(Wire client) throws IOException {
        assertThat(client.get("/").body()).isEqualTo("ok");
    }

    @Test
    void connectionIsOpenAndIdleBetweenCalls() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.send(TestUpstream.OK);
                    wire.read();
                    try {
                        answers.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    wire.send(TestUpstream.OK);
                    wire.read();
                });
                TestGateway gateway = gateway(STANDARD, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(meter(gateway, "opened_total")).isZero();
            isOk(client);
            awaitMeter(gateway, "idle", 1);
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitMeter(gateway, "idle", 0);
            assertThat(meter(gateway, "open")).isEqualTo(1);
            answers.countDown();
            assertThat(client.read().body()).isEqualTo("ok");
            awaitMeter(gateway, "idle", 1);
            assertThat(meter(gateway, "opened_total")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = BackendTransport.Http.class,
            names = {"VERSION_1", "VERSION_2"})
    void reasonIsTheIdleTimeoutThePolicysNumberOrThePolicyItself(BackendTransport.Http http) throws Exception {
        try (TestUpstream one = TestUpstream.ok();
                Http2TestUpstream two = Http2TestUpstream.answering("ok")) {
            Endpoint endpoint = http == BackendTransport.Http.VERSION_2 ? two.endpoint() : one.endpoint();
            try (TestGateway gateway = gateway(life(TimeUnit.SECONDS.toNanos(1), 0), http, endpoint);
                    Wire client = gateway.client()) {
                isOk(client);
                awaitClosed(gateway, "idle");
                awaitMeter(gateway, "open", 0);
            }
            try (TestGateway gateway = gateway(life(STANDARD.idleTimeoutNs(), 1), http, endpoint);
                    Wire client = gateway.client()) {
                isOk(client);
                isOk(client);
                await().atMost(30, TimeUnit.SECONDS)
                        .untilAsserted(
                                () -> assertThat(closed(gateway, "spent")).isPositive());
                assertThat(closed(gateway, "upstream") + closed(gateway, "gateway") + closed(gateway, "idle"))
                        .isZero();
                assertThat(meter(gateway, "opened_total")).isEqualTo(2);
            }
            try (TestGateway gateway = gateway(STANDARD, http, endpoint);
                    Wire client = gateway.client()) {
                isOk(client);
                awaitMeter(gateway, "idle", 1);
                Endpoint other = TestUpstream.refusing();
                gateway.backend(backend(STANDARD, http, other)).listen();
                // The loop follows at its next call.
                assertThat(client.get("/").status()).isGreaterThanOrEqualTo(500);
                awaitClosed(gateway, "gateway");
                awaitMeter(gateway, "open", 0);
            }
        }
    }

    @Test
    void serverThatEndsItIsTheReason() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.send(TestUpstream.OK);
                });
                TestGateway gateway = gateway(STANDARD, upstream.endpoint());
                Wire client = gateway.client()) {
            isOk(client);
            awaitClosed(gateway, "upstream");
        }
        try (TestUpstream upstream =
                        TestUpstream.answering(TestUpstream.OK.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
                TestGateway gateway = gateway(STANDARD, upstream.endpoint());
                Wire client = gateway.client()) {
            isOk(client);
            awaitClosed(gateway, "upstream");
        }
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.reset();
                });
                TestGateway gateway = gateway(STANDARD, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.get("/").status()).isEqualTo(502);
            awaitClosed(gateway, "upstream");
        }
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {
                    call.head(false, "200").data(true, "ok");
                    call.goAway();
                });
                TestGateway gateway = gateway(STANDARD, BackendTransport.Http.VERSION_2, upstream.endpoint());
                Wire client = gateway.client()) {
            isOk(client);
            awaitClosed(gateway, "upstream");
        }
    }

    @Test
    void callThatIsGivenUpTakesItsConnectionAlong() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.readRest();
                });
                TestGateway gateway = gateway(STANDARD, upstream.endpoint())) {
            try (Wire client = gateway.client()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                awaitMeter(gateway, "open", 1);
            }
            awaitClosed(gateway, "gateway");
        }
    }
}
