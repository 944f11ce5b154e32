package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.Relayed;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.forebay.mesh.Balance;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import io.forebay.policy.AddressRange;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.limit.LimitKey;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.limit.LimitRules;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The PROXY protocol from load balancers, and to backends.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class ProxyProtocolComponentTest {
    /// Preface, SETTINGS, and HEADERS of stream 1: GET http://a/ (RFC 9113, RFC 7541).
    private static final byte[] GET_BY_HTTP2 = HexFormat.of()
            .parseHex(HexFormat.of().formatHex("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                    + "000000040000000000"
                    + "000006010500000001"
                    + "828684410161");

    private static final String HERE = "127.0.0.0/8";
    private static final String ELSEWHERE = "192.0.2.0/24";
    private static final String LINE = "PROXY TCP4 203.0.113.9 198.51.100.1 4711 443\r\n";
    private static final byte[] BINARY = HexFormat.of()
            .parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "cb007109" + "c6336401" + "1267" + "01bb");
    private static final String GET = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    private static ClientTraffic spoken(boolean isOptional, String trusted) {
        return new ClientTraffic(new ClientTraffic.ProxyProtocol(
                isOptional, List.of(AddressRange.parse(trusted).orElseThrow())));
    }

    private static TestGateway listen(TestGateway gateway, ClientTraffic traffic) {
        return gateway.listen(
                List.of(gateway.listener("http", gateway.port, List.of())),
                new Listeners.Wanted("127.0.0.1", gateway.port, null, traffic, Relayed.NONE));
    }

    private static TestGateway gateway(TestUpstream upstream, ClientTraffic traffic) throws IOException {
        TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                .rule("/", TestGateway.rule("all").build());
        return listen(gateway, traffic);
    }

    private static double refused(TestGateway gateway, String reason) {
        return gateway.meter("forebay_proxyprotocol_refused_total{reason=\"" + reason + "\"}");
    }

    private static void isAnsweredAsTheClients(TestGateway gateway, TestUpstream upstream, byte[] header)
            throws Exception {
        try (Wire client = gateway.client()) {
            assertThat(client.send(header).send(GET).read().status()).isEqualTo(200);
            Wire.Message asked = upstream.request();
            assertThat(asked.value("x-forwarded-for")).isEqualTo("203.0.113.9");
            assertThat(asked.value("forwarded")).startsWith("for=203.0.113.9;");
        }
        await().until(() -> gateway.access.lines().stream().anyMatch(line -> line.contains("203.0.113.9")));
    }

    @Test
    void clientIsWhoTheHeaderSays() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(upstream, spoken(false, HERE))) {
            isAnsweredAsTheClients(gateway, upstream, LINE.getBytes(StandardCharsets.US_ASCII));
        }
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(upstream, spoken(false, HERE))) {
            isAnsweredAsTheClients(gateway, upstream, BINARY);
        }
    }

    @Test
    void headerMayComeByteByByte() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(upstream, spoken(true, HERE));
                Wire client = gateway.client()) {
            for (byte b : (LINE + GET).getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {b});
            }
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(upstream.request().value("x-forwarded-for")).isEqualTo("203.0.113.9");
        }
    }

    @Test
    void limitsCountTheClientAndNotTheLoadBalancer() throws Exception {
        LimitRules onePerClient = LimitRules.of(List.of(new LimitRule(
                "default/limits/ip",
                "ip",
                new LimitKey.ByAddress(),
                1,
                TimeUnit.HOURS.toNanos(1),
                1,
                PolicyMode.ENFORCE)));
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .rule(
                                "/",
                                TestGateway.rule("limited").limits(onePerClient).build())) {
            listen(gateway, spoken(false, HERE));
            for (int client = 1; client <= 2; client++) {
                String header = LINE.replace("203.0.113.9", "203.0.113." + client);
                try (Wire wire = gateway.client()) {
                    assertThat(wire.send(header + GET).read().status()).isEqualTo(200);
                    assertThat(wire.send(GET).read().status()).isEqualTo(429);
                }
            }
        }
    }

    @Test
    void headerFromElsewhereIsARefusedConnection() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(upstream, spoken(true, ELSEWHERE))) {
            for (byte[] header : List.of(LINE.getBytes(StandardCharsets.US_ASCII), BINARY)) {
                try (Wire client = gateway.client()) {
                    assertThat(client.send(header).send(GET).closesSilently()).isTrue();
                }
            }
            assertThat(refused(gateway, "untrusted")).isEqualTo(2);
            assertThat(upstream.accepted).hasValue(0);
            assertThat(gateway.get("/").status()).isEqualTo(200);
            assertThat(upstream.request().value("x-forwarded-for")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void missingHeaderIsRefusedUnlessItIsOptional() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(upstream, spoken(false, HERE))) {
            try (Wire client = gateway.client()) {
                assertThat(client.send(GET).closesSilently()).isTrue();
            }
            assertThat(refused(gateway, "missing")).isEqualTo(1);
            listen(gateway, spoken(true, HERE));
            assertThat(gateway.get("/").status()).isEqualTo(200);
            listen(gateway, ClientTraffic.NONE);
            try (Wire client = gateway.client()) {
                assertThat(client.send(LINE + GET).readHead().status()).isEqualTo(400);
            }
        }
    }

    @Test
    void malformedHeaderIsRefusedFromWhomeverItComes() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(upstream, spoken(true, HERE));
                Wire client = gateway.client();
                Wire cut = gateway.client()) {
            assertThat(client.send(LINE.replace("4711", "471100") + GET).closesSilently())
                    .isTrue();
            assertThat(refused(gateway, "malformed")).isEqualTo(1);
            cut.send("PROXY TCP4 ").socket.shutdownOutput();
            assertThat(cut.closesSilently()).isTrue();
            assertThat(refused(gateway, "incomplete")).isEqualTo(1);
        }
    }

    @Test
    void loadBalancerThatSpeaksForItselfIsTheClient() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(upstream, spoken(false, HERE));
                Wire client = gateway.client()) {
            assertThat(client.send("PROXY UNKNOWN\r\n" + GET).read().status()).isEqualTo(200);
            assertThat(upstream.request().value("x-forwarded-for")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void headerStandsBeforeTheHandshake() throws Exception {
        TestCertificates certificates = new TestCertificates();
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .rule("/", TestGateway.rule("all").build())) {
            gateway.listen(
                    List.of(gateway.listener("https", gateway.port, List.of(new ServerCertificate("test", "", "")))),
                    new Listeners.Wanted(
                            "127.0.0.1",
                            gateway.port,
                            TlsListenerSettings.of(
                                    List.of(certificates.host("shop.example", new ClientValidation.None()))),
                            spoken(false, HERE),
                            Relayed.NONE));
            try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), gateway.port)) {
                plain.getOutputStream().write(BINARY);
                SSLSocket tls = (SSLSocket) certificates
                        .context(null)
                        .getSocketFactory()
                        .createSocket(plain, "shop.example", gateway.port, true);
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName("shop.example")));
                tls.setSSLParameters(parameters);
                try (Wire client = new Wire(tls)) {
                    assertThat(client.send(GET).read().status()).isEqualTo(200);
                    assertThat(upstream.request().value("x-forwarded-for")).isEqualTo("203.0.113.9");
                }
            }
        }
    }

    /// An upstream that notes the header of each connection and answers each request with its number on it.
    private static final class Told implements AutoCloseable {
        final BlockingQueue<String> headers = new LinkedBlockingQueue<>();
        final TestUpstream upstream;

        Told(ProxyVersion version) throws IOException {
            upstream = TestUpstream.of(wire -> {
                headers.add(version == ProxyVersion.V1 ? wire.readLine() : binary(wire));
                for (int call = 1; ; call++) {
                    wire.read();
                    String body = Integer.toString(call);
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                }
            });
        }

        private static String binary(Wire wire) throws IOException {
            String fixed = wire.readText(16);
            return hex(fixed) + " " + hex(wire.readText(fixed.charAt(14) << 8 | fixed.charAt(15)));
        }

        private static String hex(String bytes) {
            return HexFormat.of().formatHex(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }

        String header() throws InterruptedException {
            String header = headers.poll(30, TimeUnit.SECONDS);
            if (header == null) {
                throw new AssertionError("no header came");
            }
            return header;
        }

        TestGateway gateway(ProxyVersion version) throws IOException {
            return gateway(version, BackendLimits.DEFAULT);
        }

        TestGateway gateway(ProxyVersion version, BackendLimits limits) throws IOException {
            return new TestGateway(TestGateway.Boot.DEFAULT)
                    .backend(
                            TestGateway.BACKEND,
                            limits,
                            new BackendTransport(BackendTransport.Http.VERSION_1, null, version),
                            upstream.endpoint())
                    .rule("/", TestGateway.rule("all").build())
                    .listen();
        }

        @Override
        public void close() {
            upstream.close();
        }
    }

    @Test
    void backendIsToldOfTheClientByALine() throws Exception {
        try (Told told = new Told(ProxyVersion.V1);
                TestGateway gateway = told.gateway(ProxyVersion.V1);
                Wire client = gateway.client()) {
            assertThat(client.get("/").body()).isEqualTo("1");
            assertThat(told.header())
                    .isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + client.socket.getLocalPort() + " " + gateway.port);
        }
    }

    @Test
    void backendIsToldOfTheClientInBinary() throws Exception {
        try (Told told = new Told(ProxyVersion.V2);
                TestGateway gateway = told.gateway(ProxyVersion.V2);
                Wire client = gateway.client()) {
            assertThat(client.get("/").body()).isEqualTo("1");
            assertThat(told.header())
                    .isEqualTo("0d0a0d0a000d0a515549540a2111000c 7f0000017f000001"
                            + HexFormat.of().toHexDigits((short) client.socket.getLocalPort())
                            + HexFormat.of().toHexDigits((short) gateway.port));
        }
    }

    @Test
    void clientThatALoadBalancerToldOfIsToldOn() throws Exception {
        try (Told told = new Told(ProxyVersion.V1);
                TestGateway gateway = told.gateway(ProxyVersion.V1)) {
            listen(gateway, spoken(false, HERE));
            try (Wire client = gateway.client()) {
                assertThat(client.send(LINE + GET).read().status()).isEqualTo(200);
                assertThat(told.header() + "\r\n").isEqualTo(LINE);
            }
        }
    }

    @Test
    void connectionIsKeptForItsClientAndSharedWithNoOther() throws Exception {
        try (Told told = new Told(ProxyVersion.V1);
                TestGateway gateway = told.gateway(ProxyVersion.V1);
                Wire ann = gateway.client();
                Wire bob = gateway.client()) {
            assertThat(ann.get("/").body()).isEqualTo("1");
            assertThat(bob.get("/").body()).isEqualTo("1");
            assertThat(ann.get("/").body()).isEqualTo("2");
            assertThat(bob.get("/").body()).isEqualTo("2");
            assertThat(told.upstream.accepted).hasValue(2);
            assertThat(told.header()).contains(" " + ann.socket.getLocalPort() + " ");
            assertThat(told.header()).contains(" " + bob.socket.getLocalPort() + " ");
        }
    }

    @Test
    void whatRestsForAClientIsClosedAsSoonAsThatLeaves() throws Exception {
        try (Told told = new Told(ProxyVersion.V1);
                TestGateway gateway = told.gateway(ProxyVersion.V1);
                Wire stays = gateway.client()) {
            assertThat(stays.get("/").body()).isEqualTo("1");
            try (Wire leaves = gateway.client()) {
                assertThat(leaves.get("/").body()).isEqualTo("1");
                assertThat(told.upstream.ended).hasValue(0);
            }
            await().atMost(30, TimeUnit.SECONDS).until(() -> told.upstream.ended.get() == 1);
            assertThat(stays.get("/").body()).isEqualTo("2");
        }
    }

    @Test
    void theSameHoldsForClientsOfHttp2() throws Exception {
        try (Told told = new Told(ProxyVersion.V1);
                TestGateway gateway = told.gateway(ProxyVersion.V1)) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port)) {
                client.getOutputStream().write(GET_BY_HTTP2);
                DataInputStream in = new DataInputStream(client.getInputStream());
                boolean isEnd = false;
                while (!isEnd) {
                    int lengthAndType = in.readInt();
                    int flags = in.readUnsignedByte();
                    in.readNBytes(4 + (lengthAndType >>> 8));
                    isEnd = (lengthAndType & 0xff) == 0 && (flags & 1) != 0;
                }
                assertThat(told.upstream.ended).hasValue(0);
            }
            await().atMost(30, TimeUnit.SECONDS).until(() -> told.upstream.ended.get() == 1);
        }
    }

    @Test
    void restingConnectionsOfOthersMakeWayWhereTheLimitIsReached() throws Exception {
        try (Told told = new Told(ProxyVersion.V1);
                TestGateway gateway = told.gateway(ProxyVersion.V1, new BackendLimits(2, 10, 10))) {
            for (int client = 0; client < 6; client++) {
                assertThat(gateway.get("/").body()).isEqualTo("1");
            }
            assertThat(told.upstream.accepted).hasValue(6);
        }
    }

    @ParameterizedTest
    @EnumSource(ProxyVersion.class)
    void probeSaysThatItSpeaksForTheGateway(ProxyVersion version) throws Exception {
        try (Told told = new Told(version);
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(new Backend(
                                new BackendId("default", "up"),
                                List.of(told.upstream.endpoint()),
                                BackendLimits.DEFAULT,
                                LoadBalancer.of(Balance.ROUND_ROBIN),
                                new HealthCheck(
                                        new HealthCheck.Active(
                                                TimeUnit.MILLISECONDS.toNanos(100),
                                                TimeUnit.SECONDS.toNanos(10),
                                                1,
                                                1,
                                                new HealthCheck.Probe.Http("GET", "/up", Set.of(200))),
                                        null,
                                        0),
                                new BackendTransport(BackendTransport.Http.VERSION_1, null, version)))
                        .rule("/", TestGateway.rule("all").build())
                        .listen()) {
            assertThat(told.header())
                    .isEqualTo(version == ProxyVersion.V1 ? "PROXY UNKNOWN" : "0d0a0d0a000d0a515549540a20000000 ");
            assertThat(told.header()).isNotEmpty();
            assertThat(gateway.meter("forebay_backend_endpoints{backend=\"default/up\",state=\"healthy\"}"))
                    .isEqualTo(1);
        }
    }
}
