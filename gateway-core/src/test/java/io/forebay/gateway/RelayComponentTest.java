package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.Relayed;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Endpoint;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.ConnectionRoutes;
import io.forebay.policy.route.ConnectionRule;
import io.forebay.policy.route.RouteCandidate;
import io.forebay.policy.route.RouteIndex;
import io.forebay.policy.route.RouteMatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Connections that are relayed as they are: TCPRoute, and TLSRoute beside HTTPS listeners.
@ExtendWith(LeakWatch.class)
@Timeout(120)
class RelayComponentTest {
    private static final String OPEN = "forebay_relayed_open";
    private static final String ENDED = "forebay_relayed_connections_total{outcome=\"ended\"}";
    private static final String FAILED = "forebay_relayed_connections_total{outcome=\"failed\"}";

    private static ListenerPolicy listener(
            TestGateway gateway,
            String name,
            ListenerPolicy.Protocol protocol,
            @Nullable String hostname,
            BackendSplit backends) {
        boolean isHttps = protocol == ListenerPolicy.Protocol.HTTPS;
        ConnectionRule rule = new ConnectionRule("Route/default/" + name + "/0", backends);
        RouteMatch all = RouteMatch.of(RouteMatch.PathMatch.prefix("/"));
        return new ListenerPolicy(
                "default/edge/" + name,
                "default/edge",
                name,
                gateway.port,
                protocol,
                hostname,
                isHttps ? List.of(new ServerCertificate("test", "", "")) : List.of(),
                null,
                isHttps
                        ? RouteIndex.of(List.of(new RouteCandidate(
                                hostname, all, TestGateway.rule(name).build(), 0, "default/shop", 0, 0)))
                        : RouteIndex.EMPTY,
                null,
                LimitRules.NONE,
                isHttps
                        ? ConnectionRoutes.NONE
                        : ConnectionRoutes.of(List.of(new ConnectionRoutes.Candidate(hostname, rule))),
                ClientTraffic.NONE);
    }

    private static BackendSplit up() {
        return BackendSplit.of(List.of(BackendSplit.Share.of(TestGateway.BACKEND, 1)));
    }

    private static TestGateway listenTcp(TestGateway gateway, BackendSplit backends) {
        return gateway.listen(
                List.of(listener(gateway, "tcp", ListenerPolicy.Protocol.TCP, null, backends)),
                new Listeners.Wanted("127.0.0.1", gateway.port, null, ClientTraffic.NONE, Relayed.ALL));
    }

    private static TestGateway tcp(TestGateway.Boot boot, Endpoint... endpoints) throws IOException {
        return listenTcp(new TestGateway(boot).backend(TestGateway.BACKEND, BackendLimits.DEFAULT, endpoints), up());
    }

    private static String record(TestGateway gateway) {
        await().until(() -> !gateway.access.lines().isEmpty());
        return gateway.access.lines().getFirst();
    }

    /// Says hello, then echoes lines, and says how many there were after the client's last.
    private static TestUpstream talkative() throws IOException {
        return TestUpstream.of(wire -> {
            wire.send("hello\n");
            int lines = 0;
            try {
                while (true) {
                    wire.send(wire.readLine() + "\n");
                    lines++;
                }
            } catch (java.io.EOFException e) {
                wire.send(lines + " lines\n");
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bytesGoBothWaysAndEachSideEndsByItself(Transport transport) throws Exception {
        try (TestUpstream upstream = talkative();
                TestGateway gateway = tcp(TestGateway.Boot.DEFAULT.transport(transport), upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.readLine()).isEqualTo("hello");
            assertThat(client.send("one\n").readLine()).isEqualTo("one");
            assertThat(client.send("two\n").readLine()).isEqualTo("two");
            assertThat(gateway.meter(OPEN)).isEqualTo(1);
            client.socket.shutdownOutput();
            assertThat(client.readRest()).isEqualTo("2 lines\n");
            assertThat(record(gateway))
                    .contains("\"client\":\"127.0.0.1\"")
                    .contains("\"listener\":\"default/edge/tcp\"")
                    .contains("\"route\":\"Route/default/tcp/0\"")
                    .contains("\"upstream\":\"" + upstream.endpoint() + "\"")
                    .contains("\"requestBytes\":8,\"responseBytes\":22")
                    .doesNotContain("reason");
            assertThat(gateway.meter(ENDED)).isEqualTo(1);
            assertThat(gateway.meter(OPEN)).isZero();
            assertThat(gateway.meter("forebay_relayed_bytes_total{direction=\"in\"}"))
                    .isEqualTo(8);
            assertThat(gateway.meter("forebay_relayed_bytes_total{direction=\"out\"}"))
                    .isEqualTo(22);
        }
    }

    @Test
    void serverMayEndFirst() throws Exception {
        AtomicLong heard = new AtomicLong();
        CountDownLatch over = new CountDownLatch(1);
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.send("all I have");
                    wire.socket.shutdownOutput();
                    heard.set(wire.skip(Long.MAX_VALUE));
                    over.countDown();
                });
                TestGateway gateway = tcp(TestGateway.Boot.DEFAULT, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.readRest()).isEqualTo("all I have");
            client.send("still here").socket.shutdownOutput();
            assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(heard).hasValue(10);
            assertThat(record(gateway)).doesNotContain("reason");
        }
    }

    @Test
    void whoReadsSlowlyHoldsTheOtherSideBackAndLosesNothing() throws Exception {
        long bytes = 64L << 20;
        CountDownLatch reads = new CountDownLatch(1);
        AtomicLong heard = new AtomicLong();
        CountDownLatch over = new CountDownLatch(1);
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    try {
                        reads.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    heard.set(wire.skip(Long.MAX_VALUE));
                    over.countDown();
                });
                TestGateway gateway = tcp(TestGateway.Boot.DEFAULT, upstream.endpoint());
                Wire client = gateway.client()) {
            AtomicLong sent = new AtomicLong();
            Thread sender = Thread.ofVirtual().start(() -> {
                byte[] piece = new byte[64 << 10];
                try {
                    while (sent.get() < bytes) {
                        client.send(piece);
                        sent.addAndGet(piece.length);
                    }
                    client.socket.shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            // What the sockets' buffers take on both sides, and no more: the rest would be the gateway's memory.
            await().during(500, TimeUnit.MILLISECONDS)
                    .atMost(20, TimeUnit.SECONDS)
                    .until(new Steady(sent)::isSteady);
            assertThat(sent.get()).isLessThan(bytes / 2);
            reads.countDown();
            assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(heard).hasValue(bytes);
            sender.join();
        }
    }

    /// Whether a number is what it was at the last look.
    private static final class Steady {
        private final AtomicLong number;
        private long last = -1;

        Steady(AtomicLong number) {
            this.number = number;
        }

        boolean isSteady() {
            long seen = number.get();
            boolean isSteady = seen == last;
            last = seen;
            return isSteady;
        }
    }

    @Test
    void resetOfEitherSideIsTheEndOfBoth() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.send("hello\n");
                    wire.readRest();
                    seen.countDown();
                });
                TestGateway gateway = tcp(TestGateway.Boot.DEFAULT, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.readLine()).isEqualTo("hello");
            client.reset();
            assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(record(gateway)).contains("\"reason\":\"client-reset\"");
        }
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.send("hello\n");
                    wire.readLine();
                    wire.reset();
                });
                TestGateway gateway = tcp(TestGateway.Boot.DEFAULT, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.readLine()).isEqualTo("hello");
            assertThat(client.send("bye\n").closesSilently()).isTrue();
            assertThat(record(gateway)).contains("\"reason\":\"upstream-reset\"");
            assertThat(gateway.meter(FAILED)).isEqualTo(1);
        }
    }

    @Test
    void anotherEndpointIsTriedAndNoneIsAClosedConnection() throws Exception {
        try (TestUpstream upstream = talkative();
                TestGateway gateway = tcp(TestGateway.Boot.DEFAULT, TestUpstream.refusing(), upstream.endpoint())) {
            for (int turn = 0; turn < 8; turn++) {
                try (Wire client = gateway.client()) {
                    assertThat(client.readLine()).isEqualTo("hello");
                }
            }
            gateway.backend(TestGateway.BACKEND, BackendLimits.DEFAULT, TestUpstream.refusing());
            listenTcp(gateway, up());
            try (Wire client = gateway.client()) {
                assertThat(client.closesSilently()).isTrue();
            }
            await().until(() -> gateway.access.lines().stream()
                    .anyMatch(line -> line.contains("\"reason\":\"no-ready-endpoint\"")));
        }
    }

    @Test
    void faultyShareRefusesItsConnectionsAndWeightsHold() throws Exception {
        try (TestUpstream upstream = talkative();
                TestGateway gateway = tcp(TestGateway.Boot.DEFAULT, upstream.endpoint())) {
            listenTcp(
                    gateway,
                    BackendSplit.of(List.of(
                            BackendSplit.Share.of(TestGateway.BACKEND, 1),
                            BackendSplit.Share.faulty("there is no sound Backend", 1))));
            int served = 0;
            for (int turn = 0; turn < 60; turn++) {
                try (Wire client = gateway.client()) {
                    served += client.socket.getInputStream().read() == 'h' ? 1 : 0;
                } catch (IOException e) {
                    // A reset is a refusal too.
                }
            }
            assertThat(served).isBetween(10, 50);
            await().until(() ->
                    gateway.access.lines().stream().anyMatch(line -> line.contains("\"reason\":\"backend-invalid\"")));
        }
    }

    @Test
    void limitsOfTheBackendHoldUntilConnectionsEnd() throws Exception {
        try (TestUpstream upstream = talkative();
                TestGateway gateway = listenTcp(
                        new TestGateway(TestGateway.Boot.DEFAULT)
                                .backend(TestGateway.BACKEND, new BackendLimits(2, 1, 10), upstream.endpoint()),
                        up())) {
            List<Wire> open = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                open.add(gateway.client());
                assertThat(open.getLast().readLine()).isEqualTo("hello");
            }
            try (Wire third = gateway.client()) {
                assertThat(third.closesSilently()).isTrue();
            }
            for (Wire wire : open) {
                wire.close();
            }
            await().until(() -> gateway.meter(OPEN) == 0);
            try (Wire next = gateway.client()) {
                assertThat(next.readLine()).isEqualTo("hello");
            }
        }
    }

    @Test
    void backendIsToldOfTheClient() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> wire.send(wire.readLine() + "\n"));
                TestGateway gateway = listenTcp(
                        new TestGateway(TestGateway.Boot.DEFAULT)
                                .backend(
                                        TestGateway.BACKEND,
                                        BackendLimits.DEFAULT,
                                        new BackendTransport(
                                                BackendTransport.Http.VERSION_1,
                                                null,
                                                BackendTransport.ProxyVersion.V1),
                                        upstream.endpoint()),
                        up());
                Wire client = gateway.client()) {
            assertThat(client.readLine())
                    .isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + client.socket.getLocalPort() + " " + gateway.port);
        }
    }

    @Test
    void portThatIsWithdrawnLetsConversationsEnd() throws Exception {
        try (TestUpstream upstream = talkative();
                TestGateway gateway = tcp(TestGateway.Boot.DEFAULT, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.readLine()).isEqualTo("hello");
            gateway.listen(List.of());
            assertThat(client.send("one\n").readLine()).isEqualTo("one");
            assertThat(client.closesSilently()).isTrue();
            assertThat(record(gateway)).contains("\"reason\":\"drained\"");
        }
    }

    // ---- TLS that passes through

    private static TestGateway listenTls(TestGateway gateway, @Nullable TlsListenerSettings own) {
        List<ListenerPolicy> listeners = new ArrayList<>();
        listeners.add(listener(gateway, "pass", ListenerPolicy.Protocol.TLS, "*.pass.example", up()));
        if (own != null) {
            listeners.add(listener(gateway, "own", ListenerPolicy.Protocol.HTTPS, "own.example", up()));
        }
        return gateway.listen(
                listeners,
                new Listeners.Wanted("127.0.0.1", gateway.port, own, ClientTraffic.NONE, Relayed.BY_SERVER_NAME));
    }

    private static int status(Wire client, String host) throws IOException {
        return client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .read()
                .status();
    }

    @Test
    void serverNameDecidesWhoseCertificateTheClientSees() throws Exception {
        TestCertificates theirs = new TestCertificates();
        TestCertificates ours = new TestCertificates();
        TlsListenerSettings own =
                TlsListenerSettings.of(List.of(ours.host("own.example", new ClientValidation.None())));
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(theirs, "a.pass.example");
                TestUpstream plain = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())) {
            listenTls(gateway, null);
            try (Wire client = Wire.to(gateway.port, theirs.context(null), "a.pass.example")) {
                assertThat(status(client, "a.pass.example")).isEqualTo(200);
                assertThat(client.peerName()).isEqualTo("CN=a.pass.example");
                // The HTTPS listener joins the port without ending what passes through it.
                gateway.backend(TestGateway.BACKEND, BackendLimits.DEFAULT, plain.endpoint());
                listenTls(gateway, own);
                assertThat(status(client, "a.pass.example")).isEqualTo(200);
            }
            try (Wire client = Wire.to(gateway.port, ours.context(null), "own.example")) {
                assertThat(status(client, "own.example")).isEqualTo(200);
                assertThat(client.peerName()).isEqualTo("CN=own.example");
                assertThat(status(client, "a.pass.example")).isEqualTo(421);
            }
            gateway.backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint());
            listenTls(gateway, own);
            try (Wire client = Wire.to(gateway.port, theirs.context(null), "a.pass.example")) {
                assertThat(status(client, "a.pass.example")).isEqualTo(200);
            }
            await().until(() -> gateway.access.lines().stream()
                    .anyMatch(line -> line.contains("\"serverName\":\"a.pass.example\"")));
            assertThat(upstream.accepted).hasValue(2);
        }
    }

    @Test
    void nameThatNobodyServesIsAnAlert() throws Exception {
        TestCertificates theirs = new TestCertificates();
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(theirs, "a.pass.example");
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())) {
            listenTls(gateway, null);
            try (Wire client = Wire.to(gateway.port, theirs.context(null), "other.example")) {
                assertThatIOException()
                        .isThrownBy(() -> status(client, "other.example"))
                        .withMessageContaining("unrecognized_name");
            }
            for (String noHello : List.of("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u0015\t\t\0\5")) {
                try (Wire client = gateway.client()) {
                    client.send(noHello);
                    client.readRest();
                }
            }
            // What is no TLS names nobody; what begins like it and is none is told apart.
            await().until(() -> gateway.meter("forebay_tls_refusals_total{reason=\"not-tls\"}") == 1);
            assertThat(gateway.meter("forebay_tls_refusals_total{reason=\"unknown-name\"}"))
                    .isEqualTo(2);
            assertThat(upstream.accepted).hasValue(0);
        }
    }
}
