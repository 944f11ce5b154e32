package io.forebay.gateway.tls;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.forebay.gateway.tls.TestPki.Authority;
import io.forebay.gateway.tls.TestPki.Identity;
import io.forebay.gateway.tls.TlsObserver.Refusal;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Handshakes over loopback: names, protocols, client certificates, and what is no TLS at all.
@ExtendWith(LeakWatch.class)
class DownstreamTlsComponentTest {
    private static final Authority SERVERS = Authority.root("servers");
    private static final Authority CLIENTS = Authority.root("clients");
    private static final Authority STRANGERS = Authority.root("strangers");
    private static final ClientValidation NONE = new ClientValidation.None();
    private static final ClientValidation REQUIRED = new ClientValidation.Required(CLIENTS.pem());
    private static final ClientValidation IF_PRESENTED = new ClientValidation.IfPresented(CLIENTS.pem());

    private static TlsHost host(String name, ClientValidation validation) {
        Identity identity = TestPki.server(SERVERS, name.isEmpty() ? "default" : name);
        return new TlsHost(name, identity.chainPem(), identity.keyPem(), validation);
    }

    private static TlsClient client(@Nullable Identity identity) {
        return new TlsClient(SERVERS, identity);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void handshakesInBothVersions(String version) throws Exception {
        try (TlsServer server = TlsServer.serving(host("", NONE));
                TlsClient.Connection connection = client(null).version(version).connect(server.port(), "any.example")) {
            connection.readGreeting();
            TlsConnection accepted = server.accepted();
            assertThat(accepted.tlsVersion()).isEqualTo(version);
            assertThat(accepted.cipherSuite()).isEqualTo(connection.session().getCipherSuite());
            assertThat(accepted.isResumed()).isFalse();
            assertThat(accepted.peer()).isNull();
            assertThat(accepted.peerTrust().isStillTrusted(server.clockMs.get()))
                    .isTrue();
            assertThat(connection.exchange("ping")).isEqualTo("ping");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example, CN=shop.example",
        "SHOP.example, CN=shop.example",
        "a.example, CN=*.example",
        "a.shop.example, CN=*.shop.example",
        "a.b.shop.example, CN=*.shop.example",
        "example, CN=default",
        "elsewhere.test, CN=default",
        ", CN=default"
    })
    void certificateFollowsTheServerName(@Nullable String name, String subject) throws Exception {
        try (TlsServer server = TlsServer.serving(
                        host("", NONE),
                        host("*.example", NONE),
                        host("*.shop.example", NONE),
                        host("shop.example", NONE));
                TlsClient.Connection connection = client(null).connect(server.port(), name)) {
            assertThat(connection.serverCertificate().getSubjectX500Principal().getName())
                    .isEqualTo(subject);
            connection.readGreeting();
            assertThat(server.accepted().serverName()).isEqualTo(TlsHostTable.normalised(name));
        }
    }

    @Test
    void unknownNameWithoutDefaultIsRefusedWithAnAlert() throws Exception {
        try (TlsServer server = TlsServer.serving(host("shop.example", NONE))) {
            assertThatIOException()
                    .isThrownBy(() -> client(null).visit(server.port(), "bank.example"))
                    .withMessageContaining("unrecognized_name");
            assertThat(server.refused()).isEqualTo(new TlsServer.Refused(Refusal.UNKNOWN_NAME, "bank.example"));
            assertThat(server.escapes).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"h2:http/1.1, h2", "http/1.1:h2, h2", "http/1.1, http/1.1", "spdy/3, http/1.1", "'', http/1.1"})
    void applicationProtocolIsTheServersFirstThatTheClientSpeaks(String offered, String chosen) throws Exception {
        String[] protocols = offered.isEmpty() ? new String[0] : offered.split(":");
        try (TlsServer server = TlsServer.serving(host("", NONE));
                TlsClient.Connection connection =
                        client(null).applicationProtocols(protocols).connect(server.port(), "any.example")) {
            connection.readGreeting();
            assertThat(server.accepted().applicationProtocol()).isEqualTo(chosen);
            assertThat(connection.applicationProtocol()).isIn(chosen, "");
        }
    }

    @Test
    void http1OnlyListenerDoesNotOfferHttp2() throws Exception {
        TlsListenerSettings settings = new TlsListenerSettings(List.of(host("", NONE)), List.of("http/1.1"));
        try (TlsServer server = new TlsServer(settings);
                TlsClient.Connection connection =
                        client(null).applicationProtocols("h2", "http/1.1").connect(server.port(), "any.example")) {
            connection.readGreeting();
            assertThat(server.accepted().applicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void factsOfTheClientCertificateReachTheConnection(String version) throws Exception {
        Identity kitchen = CLIENTS.leaf("kitchen")
                .uri("spiffe://example.org/kitchen/stove")
                .dns("kitchen.example")
                .email("cook@example")
                .issue();
        try (TlsServer server = TlsServer.serving(host("", REQUIRED));
                TlsClient.Connection connection =
                        client(kitchen).version(version).connect(server.port(), "any.example")) {
            connection.readGreeting();
            PeerCertificate peer = requireNonNull(server.accepted().peer());
            assertThat(peer.subject()).isEqualTo("CN=kitchen");
            assertThat(peer.spiffeId()).isEqualTo("spiffe://example.org/kitchen/stove");
            assertThat(peer.trustDomain()).isEqualTo("example.org");
            assertThat(peer.dnsNames()).containsExactly("kitchen.example");
            assertThat(peer.uris()).containsExactly("spiffe://example.org/kitchen/stove");
            assertThat(peer.emails()).containsExactly("cook@example");
            assertThat(peer.chain()).containsExactlyElementsOf(kitchen.chain());
            assertThat(peer.notAfterMs()).isEqualTo(TestPki.VALID_UNTIL.toEpochMilli());
            assertThat(peer.sha256())
                    .isEqualTo(java.util.HexFormat.of()
                            .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                                    .digest(kitchen.leaf().getEncoded())));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void requiredCertificateThatIsMissingEndsTheHandshake(String version) throws Exception {
        assertRefused(REQUIRED, null, version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void optionalCertificateMayBeMissing(String version) throws Exception {
        try (TlsServer server = TlsServer.serving(host("", IF_PRESENTED))) {
            client(null).version(version).visit(server.port(), "any.example");
            assertThat(server.accepted().peer()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void optionalCertificateThatIsShownIsRead(String version) throws Exception {
        try (TlsServer server = TlsServer.serving(host("", IF_PRESENTED))) {
            client(CLIENTS.leaf("alice").issue()).version(version).visit(server.port(), "any.example");
            assertThat(requireNonNull(server.accepted().peer()).subject()).isEqualTo("CN=alice");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void optionalCertificateThatIsShownMustBeValid(String version) throws Exception {
        assertRefused(IF_PRESENTED, STRANGERS.leaf("mallory").issue(), version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void certificateOfAnotherAuthorityIsRefused(String version) throws Exception {
        assertRefused(REQUIRED, STRANGERS.leaf("mallory").issue(), version);
    }

    @Test
    void authorityOfTheSameNameIsNotTheSameAuthority() throws Exception {
        assertRefused(REQUIRED, Authority.root("clients").leaf("mallory").issue(), "TLSv1.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void expiredCertificateIsRefused(String version) throws Exception {
        Identity expired =
                CLIENTS.leaf("late").notAfter(Instant.now().minusSeconds(60)).issue();
        assertRefused(REQUIRED, expired, version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void certificateForServersOnlyIsRefused(String version) throws Exception {
        assertRefused(
                REQUIRED,
                CLIENTS.leaf("web").usage(KeyPurposeId.id_kp_serverAuth).issue(),
                version);
    }

    @Test
    void keyThatMayNotSignIsRefused() throws Exception {
        assertRefused(
                REQUIRED, CLIENTS.leaf("web").keyUsage(KeyUsage.keyAgreement).issue(), "TLSv1.3");
    }

    @Test
    void hostWithoutClientValidationAsksForNoCertificate() throws Exception {
        try (TlsServer server = TlsServer.serving(host("", NONE))) {
            client(STRANGERS.leaf("mallory").issue()).visit(server.port(), "any.example");
            assertThat(server.accepted().peer()).isNull();
        }
    }

    @Test
    void requestMayOnlyGoWhereTheSameIsAskedOfClients() throws Exception {
        try (TlsServer server = TlsServer.serving(
                host("open.example", NONE), host("*.open.example", NONE), host("bank.example", REQUIRED))) {
            client(null).visit(server.port(), "open.example");
            TlsConnection connection = server.accepted();
            assertThat(connection.needsAuthorityCheck()).isTrue();
            assertThat(connection.mayServe("open.example")).isTrue();
            assertThat(connection.mayServe("A.open.example.")).isTrue();
            assertThat(connection.mayServe("bank.example")).isFalse();
            assertThat(connection.mayServe("unknown.example")).isFalse();
        }
        try (TlsServer server = TlsServer.serving(host("", NONE), host("open.example", NONE))) {
            client(null).visit(server.port(), "open.example");
            assertThat(server.accepted().needsAuthorityCheck()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "\u0016\u0003\u0001\u0000\u0005hello"
            })
    void bytesThatAreNoTlsCloseTheConnection(String bytes) throws Exception {
        try (TlsServer server = TlsServer.serving(host("", NONE));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            assertClosed(socket.getInputStream());
            assertThat(server.refused().detail()).doesNotContain("474554").doesNotContain("Host");
            assertThat(server.acceptedSoFar()).isNull();
            assertThat(server.escapes).isEmpty();
        }
    }

    @Test
    void clientThatGoesAwayInTheHelloIsCountedAsAbandoned() throws Exception {
        try (TlsServer server = TlsServer.serving(host("", NONE))) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream().write(new byte[] {22, 3, 1});
            }
            assertThat(server.refused().refusal()).isEqualTo(Refusal.ABANDONED);
            assertThat(server.escapes).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64})
    void helloSplitIntoSmallWritesAndRecordsIsStillRead(int fragmentBytes) throws Exception {
        try (TlsServer server = TlsServer.serving(host("", NONE), host("shop.example", NONE));
                TlsClient.Connection connection =
                        client(null).connect(new FragmentingSocket(fragmentBytes), server.port(), "shop.example")) {
            connection.readGreeting();
            assertThat(server.accepted().serverName()).isEqualTo("shop.example");
            assertThat(connection.serverCertificate().getSubjectX500Principal().getName())
                    .isEqualTo("CN=shop.example");
        }
    }

    @Test
    void silentClientIsDroppedAfterTenSeconds() throws Exception {
        assertTimesOutAfter(new byte[0]);
    }

    @Test
    void clientThatStallsInTheHandshakeIsDroppedAfterTenSeconds() throws Exception {
        assertTimesOutAfter(helloOfAnEngine());
    }

    private static void assertTimesOutAfter(byte[] sent) throws Exception {
        List<Refusal> refusals = new ArrayList<>();
        TlsObserver observer = new TlsObserver() {
            @Override
            public void onRefusal(Refusal refusal, String detail) {
                refusals.add(refusal);
            }
        };
        try (DownstreamTls tls = DownstreamTls.open(
                "https",
                TlsListenerSettings.of(List.of(host("", NONE))),
                observer,
                System::currentTimeMillis,
                new SecureRandom())) {
            EmbeddedChannel channel = new EmbeddedChannel(tls.newHandler());
            channel.writeInbound(Unpooled.wrappedBuffer(sent));
            channel.advanceTimeBy(9, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            assertThat(channel.isOpen()).isTrue();
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            assertThat(channel.isOpen()).isFalse();
            assertThat(refusals).containsExactly(Refusal.TIMEOUT);
            channel.finishAndReleaseAll();
        }
    }

    private static byte[] helloOfAnEngine() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    private static void assertRefused(ClientValidation validation, @Nullable Identity identity, String version)
            throws Exception {
        try (TlsServer server = TlsServer.serving(host("", validation))) {
            assertThatIOException()
                    .isThrownBy(() -> client(identity).version(version).visit(server.port(), "any.example"));
            assertThat(server.refused().refusal()).isEqualTo(Refusal.HANDSHAKE);
            assertThat(server.acceptedSoFar()).isNull();
            assertThat(server.escapes).isEmpty();
        }
    }

    /// Nothing but alerts may come before the end; a reset is an end as well.
    private static void assertClosed(InputStream in) throws IOException {
        try {
            byte[] bytes = in.readAllBytes();
            assertThat(bytes.length).isLessThanOrEqualTo(7);
        } catch (java.net.SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }
}
