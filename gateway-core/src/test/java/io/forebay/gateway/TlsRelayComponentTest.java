package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsHost;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.Relayed;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.policy.AddressRange;
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
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Connections whose TLS ends here, and whose bytes are relayed: listeners of protocol TLS that terminate.
@ExtendWith(LeakWatch.class)
@Timeout(120)
class TlsRelayComponentTest {
    private static final String HOST = "db.example";
    private static final String OPEN = "forebay_relayed_open";

    private final TestCertificates certificates = new TestCertificates();

    TlsRelayComponentTest() throws Exception {}

    static ListenerPolicy listener(TestGateway gateway, String hostname, boolean isHttps, boolean isOurs) {
        ConnectionRule rule = new ConnectionRule(
                "TCPRoute/default/" + hostname + "/0",
                BackendSplit.of(List.of(BackendSplit.Share.of(TestGateway.BACKEND, 1))));
        RouteMatch all = RouteMatch.of(RouteMatch.PathMatch.prefix("/"));
        return new ListenerPolicy(
                "default/edge/" + hostname,
                "default/edge",
                hostname,
                gateway.port,
                isHttps ? ListenerPolicy.Protocol.HTTPS : ListenerPolicy.Protocol.TLS,
                hostname,
                isOurs ? List.of(new ServerCertificate("test", "", "")) : List.of(),
                null,
                isHttps
                        ? RouteIndex.of(List.of(new RouteCandidate(
                                hostname, all, TestGateway.rule(hostname).build(), 0, "default/shop", 0, 0)))
                        : RouteIndex.EMPTY,
                null,
                LimitRules.NONE,
                isHttps
                        ? ConnectionRoutes.NONE
                        : ConnectionRoutes.of(List.of(new ConnectionRoutes.Candidate(hostname, rule))),
                ClientTraffic.NONE);
    }

    static TlsHost relayed(TlsHost host) {
        return new TlsHost(
                host.hostname(), host.certificateChainPem(), host.privateKeyPem(), host.clientValidation(), true);
    }

    private TlsHost host(ClientValidation clients) throws Exception {
        return relayed(certificates.host(HOST, clients));
    }

    static TestGateway listen(TestGateway gateway, ClientTraffic traffic, TlsHost... hosts) {
        return gateway.listen(
                List.of(listener(gateway, HOST, false, true)),
                new Listeners.Wanted(
                        "127.0.0.1", gateway.port, TlsListenerSettings.of(List.of(hosts)), traffic, Relayed.NONE));
    }

    static TestGateway gateway(TestGateway.Boot boot, TestUpstream upstream) throws IOException {
        return new TestGateway(boot).backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint());
    }

    private TestGateway listening(TestUpstream upstream) throws Exception {
        return listen(
                gateway(TestGateway.Boot.DEFAULT, upstream), ClientTraffic.NONE, host(new ClientValidation.None()));
    }

    private Wire client(TestGateway gateway) throws Exception {
        return Wire.to(gateway.port, certificates.context(null), HOST);
    }

    static String record(TestGateway gateway) {
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
            } catch (EOFException e) {
                wire.send(lines + " lines\n");
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bytesComeOutOfTheTlsAndEachSideEndsByItself(Transport transport) throws Exception {
        try (TestUpstream upstream = talkative();
                TestGateway gateway = listen(
                        gateway(TestGateway.Boot.DEFAULT.transport(transport), upstream),
                        ClientTraffic.NONE,
                        host(new ClientValidation.None()));
                Wire client = client(gateway)) {
            assertThat(client.readLine()).isEqualTo("hello");
            assertThat(client.peerName()).isEqualTo("CN=" + HOST);
            assertThat(client.send("one\n").readLine()).isEqualTo("one");
            assertThat(gateway.meter(OPEN)).isEqualTo(1);
            // close_notify: the client has said what it has, and hears the rest.
            client.socket.shutdownOutput();
            assertThat(client.readRest()).isEqualTo("1 lines\n");
            assertThat(record(gateway))
                    .contains("\"listener\":\"default/edge/db.example\"")
                    .contains("\"route\":\"TCPRoute/default/db.example/0\"")
                    .contains("\"serverName\":\"db.example\"")
                    .contains("\"requestBytes\":4,\"responseBytes\":18")
                    .doesNotContain("reason");
            assertThat(gateway.meter(OPEN)).isZero();
        }
    }

    @Test
    void serverMayEndFirst() throws Exception {
        CompletableFuture<Long> heard = new CompletableFuture<>();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.send("all I have");
                    wire.socket.shutdownOutput();
                    heard.complete(wire.skip(Long.MAX_VALUE));
                });
                TestGateway gateway = listening(upstream);
                Wire client = client(gateway)) {
            assertThat(client.readRest()).isEqualTo("all I have");
            client.send("still here").socket.shutdownOutput();
            assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo(10);
            assertThat(record(gateway)).doesNotContain("reason");
        }
    }

    @Test
    void largeConversationArrivesWhole() throws Exception {
        String piece = Stream.generate(() -> "0123456789abcdef").limit(4096).reduce("", String::concat);
        int pieces = 128;
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    for (int i = 0; i < pieces; i++) {
                        wire.send(wire.readText(piece.length()));
                    }
                });
                TestGateway gateway = listening(upstream);
                Wire client = client(gateway)) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < pieces; i++) {
                        client.send(piece);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int i = 0; i < pieces; i++) {
                assertThat(client.readText(piece.length()).equals(piece)).isTrue();
            }
            sender.join();
        }
    }

    /// TLS over a socket that the test may end by itself.
    private SSLSocket over(Socket raw, String version) throws Exception {
        SSLSocket tls =
                (SSLSocket) certificates.context(null).getSocketFactory().createSocket(raw, HOST, raw.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(HOST)));
        parameters.setProtocols(new String[] {version});
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    @Test
    void endWithoutCloseNotifyIsNoEnd() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    try {
                        wire.readLine();
                        wire.readLine();
                        heard.complete("a line");
                    } catch (EOFException e) {
                        heard.complete("an end");
                    } catch (IOException e) {
                        heard.complete("a reset");
                    }
                });
                TestGateway gateway = listening(upstream);
                Socket raw = new Socket(InetAddress.getLoopbackAddress(), gateway.port)) {
            SSLSocket tls = over(raw, "TLSv1.3");
            tls.getOutputStream().write("pay 10\n".getBytes(StandardCharsets.US_ASCII));
            await().until(() -> gateway.meter(OPEN) == 1);
            raw.shutdownOutput();
            assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo("a reset");
            assertThat(record(gateway)).contains("\"reason\":\"client-reset\"");
        }
    }

    @Test
    void olderTlsIsRelayedTooAndNoProtocolIsAgreedOn() throws Exception {
        try (TestUpstream upstream = talkative();
                TestGateway gateway = listening(upstream);
                Socket raw = new Socket(InetAddress.getLoopbackAddress(), gateway.port)) {
            SSLSocket tls = over(raw, "TLSv1.2");
            assertThat(tls.getApplicationProtocol()).isEmpty();
            try (Wire client = new Wire(tls)) {
                assertThat(client.readLine()).isEqualTo("hello");
                assertThat(client.send("one\n").readLine()).isEqualTo("one");
            }
            await().until(() -> gateway.meter(OPEN) == 0);
        }
    }

    @Test
    void serverNameTellsApartWhatIsRelayedWhatIsReadAndWhatPassesThrough() throws Exception {
        TestCertificates theirs = new TestCertificates();
        TlsListenerSettings own = TlsListenerSettings.of(List.of(
                host(new ClientValidation.None()), certificates.host("own.example", new ClientValidation.None())));
        try (TlsTestUpstream secret = TlsTestUpstream.ok(theirs, "pass.example");
                TestUpstream plain = TestUpstream.ok();
                TestGateway gateway = gateway(TestGateway.Boot.DEFAULT, plain)) {
            gateway.listen(
                    List.of(
                            listener(gateway, HOST, false, true),
                            listener(gateway, "own.example", true, true),
                            listener(gateway, "pass.example", false, false)),
                    new Listeners.Wanted("127.0.0.1", gateway.port, own, ClientTraffic.NONE, Relayed.BY_SERVER_NAME));
            try (Wire client = client(gateway)) {
                // The backend of the relayed name happens to speak HTTP, and nobody asks for a Host on the way.
                assertThat(client.get("/").status()).isEqualTo(200);
                assertThat(client.peerName()).isEqualTo("CN=" + HOST);
            }
            try (Wire client = Wire.to(gateway.port, certificates.context(null), "own.example")) {
                assertThat(client.send("GET / HTTP/1.1\r\nHost: own.example\r\n\r\n")
                                .read()
                                .status())
                        .isEqualTo(200);
                assertThat(client.send("GET / HTTP/1.1\r\nHost: db.example\r\n\r\n")
                                .read()
                                .status())
                        .isEqualTo(421);
            }
            gateway.backend(TestGateway.BACKEND, BackendLimits.DEFAULT, secret.endpoint());
            gateway.listen(
                    List.of(listener(gateway, HOST, false, true), listener(gateway, "pass.example", false, false)),
                    new Listeners.Wanted("127.0.0.1", gateway.port, own, ClientTraffic.NONE, Relayed.BY_SERVER_NAME));
            try (Wire client = Wire.to(gateway.port, theirs.context(null), "pass.example")) {
                assertThat(client.get("/").status()).isEqualTo(200);
                assertThat(client.peerName()).isEqualTo("CN=pass.example");
            }
        }
    }

    @Test
    void certificateIsAskedForAndTakenBackWhileTheConnectionIsOpen() throws Exception {
        TestCertificates others = new TestCertificates();
        ClientValidation required = new ClientValidation.Required(certificates.pem());
        TlsHost demanding = host(required);
        SSLContext alice = certificates.context(certificates.client("alice"));
        try (TestUpstream upstream = talkative();
                TestGateway gateway =
                        listen(gateway(TestGateway.Boot.DEFAULT, upstream), ClientTraffic.NONE, demanding)) {
            try (Wire nobody = client(gateway)) {
                assertThatIOException().isThrownBy(nobody::readLine);
            }
            try (Wire client = Wire.to(gateway.port, alice, HOST);
                    Wire resumed = Wire.to(gateway.port, alice, HOST)) {
                assertThat(client.readLine()).isEqualTo("hello");
                assertThat(resumed.readLine()).isEqualTo("hello");
                assertThat(upstream.accepted).hasValue(2);
                // Another certificate of the same trust touches nobody.
                listen(gateway, ClientTraffic.NONE, host(required));
                assertThat(client.send("one\n").readLine()).isEqualTo("one");
                listen(gateway, ClientTraffic.NONE, host(new ClientValidation.Required(others.pem())));
                assertThat(client.closesSilently()).isTrue();
                assertThat(resumed.closesSilently()).isTrue();
            }
            await().until(() -> gateway.access.lines().size() == 2);
            assertThat(gateway.access.lines()).allMatch(line -> line.contains("\"reason\":\"client-not-trusted\""));
            // Nor does a session bring it back.
            try (Wire again = Wire.to(gateway.port, alice, HOST)) {
                assertThatIOException().isThrownBy(again::readLine);
            }
        }
    }

    @Test
    void newCertificateIsShownToNewConnectionsAndTheOldOnesGoOn() throws Exception {
        TestCertificates renewed = new TestCertificates();
        try (TestUpstream upstream = talkative();
                TestGateway gateway = listening(upstream);
                Wire before = client(gateway)) {
            assertThat(before.readLine()).isEqualTo("hello");
            listen(gateway, ClientTraffic.NONE, relayed(renewed.host(HOST, new ClientValidation.None())));
            try (Wire after = Wire.to(gateway.port, renewed.context(null), HOST)) {
                assertThat(after.readLine()).isEqualTo("hello");
            }
            assertThat(before.send("one\n").readLine()).isEqualTo("one");
        }
    }

    @Test
    void whoTheClientIsComesBeforeTheTlsAndIsToldToTheBackend() throws Exception {
        ClientTraffic spoken = new ClientTraffic(new ClientTraffic.ProxyProtocol(
                false, List.of(AddressRange.parse("127.0.0.0/8").orElseThrow())));
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    String header = wire.readLine();
                    wire.send(header + " then " + wire.readLine() + "\n");
                });
                TestGateway gateway = listen(
                        new TestGateway(TestGateway.Boot.DEFAULT)
                                .backend(
                                        TestGateway.BACKEND,
                                        BackendLimits.DEFAULT,
                                        new BackendTransport(
                                                BackendTransport.Http.VERSION_1,
                                                null,
                                                BackendTransport.ProxyVersion.V1),
                                        upstream.endpoint()),
                        spoken,
                        host(new ClientValidation.None()));
                Socket raw = new Socket(InetAddress.getLoopbackAddress(), gateway.port)) {
            raw.getOutputStream()
                    .write("PROXY TCP4 10.1.2.3 10.0.0.1 1111 2222\r\n".getBytes(StandardCharsets.US_ASCII));
            try (Wire client = new Wire(over(raw, "TLSv1.3"))) {
                assertThat(client.send("hello\n").readLine())
                        .isEqualTo("PROXY TCP4 10.1.2.3 10.0.0.1 1111 2222 then hello");
            }
            assertThat(record(gateway)).contains("\"client\":\"10.1.2.3\"");
        }
    }

    @Test
    void portThatIsWithdrawnLetsConversationsEnd() throws Exception {
        try (TestUpstream upstream = talkative();
                TestGateway gateway = listening(upstream);
                Wire client = client(gateway)) {
            assertThat(client.readLine()).isEqualTo("hello");
            gateway.listen(List.of());
            assertThat(client.send("one\n").readLine()).isEqualTo("one");
            assertThat(client.closesSilently()).isTrue();
            assertThat(record(gateway)).contains("\"reason\":\"drained\"");
        }
    }

    @Test
    void backendThatIsNotThereIsAClosedConnection() throws Exception {
        try (TestUpstream upstream = talkative();
                TestGateway gateway = listening(upstream)) {
            gateway.backend(TestGateway.BACKEND, BackendLimits.DEFAULT, TestUpstream.refusing());
            listen(gateway, ClientTraffic.NONE, host(new ClientValidation.None()));
            try (Wire client = client(gateway)) {
                assertThat(client.closesSilently()).isTrue();
            }
            await().until(() -> gateway.access.lines().stream()
                    .anyMatch(line -> line.contains("\"reason\":\"upstream-connect-refused\"")
                            || line.contains("\"reason\":\"no-ready-endpoint\"")));
        }
    }
}
