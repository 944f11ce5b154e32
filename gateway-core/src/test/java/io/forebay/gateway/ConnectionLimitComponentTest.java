package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.Relayed;
import io.forebay.mesh.BackendLimits;
import io.forebay.policy.AddressRange;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.ClientTraffic.ConnectionLimit;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.ConnectionRoutes;
import io.forebay.policy.route.ConnectionRule;
import io.forebay.policy.route.RouteIndex;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a connection sees that is one too many.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class ConnectionLimitComponentTest {
    private static final int NONE = Integer.MAX_VALUE;
    private static final String GET = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    private static ClientTraffic limited(int connections, int perClient, ClientTraffic.@Nullable ProxyProtocol spoken) {
        return new ClientTraffic(
                spoken,
                false,
                new ConnectionLimit(connections, perClient),
                ClientTraffic.Http2.DEFAULT,
                ClientTraffic.Timeouts.DEFAULT);
    }

    private static TestGateway gateway(TestUpstream upstream) throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT)
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                .rule("/", TestGateway.rule("all").build());
    }

    private static TestGateway listen(TestGateway gateway, ClientTraffic traffic) {
        return gateway.listen(
                List.of(gateway.listener("http", gateway.port, List.of())),
                new Listeners.Wanted("127.0.0.1", gateway.port, null, traffic, Relayed.NONE));
    }

    private static double refused(TestGateway gateway, String limit) {
        return gateway.meter("forebay_connections_limited_total{limit=\"" + limit + "\"}");
    }

    @Test
    void httpClientIsClosedWithoutAByteUntilAnotherLeaves() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = listen(gateway(upstream), limited(1, NONE, null));
                Wire first = gateway.client()) {
            assertThat(first.get("/").status()).isEqualTo(200);
            try (Wire second = gateway.client()) {
                assertThat(second.closesSilently()).isTrue();
            }
            assertThat(refused(gateway, "listener")).isEqualTo(1);
            assertThat(first.get("/").status()).isEqualTo(200);
            first.socket.close();
            await().until(() -> gateway.gateway.status().connections() == 0);
            assertThat(gateway.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void tlsClientIsClosedBeforeItsHandshake() throws Exception {
        TestCertificates certificates = new TestCertificates();
        TlsListenerSettings tls =
                TlsListenerSettings.of(List.of(certificates.host("shop.example", new ClientValidation.None())));
        SSLContext client = certificates.context(null);
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(upstream)) {
            gateway.listen(
                    List.of(gateway.listener("https", gateway.port, List.of(new ServerCertificate("test", "", "")))),
                    new Listeners.Wanted("127.0.0.1", gateway.port, tls, limited(NONE, 1, null), Relayed.NONE));
            try (Wire first = Wire.to(gateway.port, client, "shop.example")) {
                assertThat(first.get("/").status()).isEqualTo(200);
                assertThatThrownBy(() -> {
                            try (Wire second = Wire.to(gateway.port, client, "shop.example")) {
                                second.get("/");
                            }
                        })
                        .isInstanceOf(IOException.class);
                assertThat(refused(gateway, "client-address")).isEqualTo(1);
                assertThat(first.get("/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void relayedClientIsClosedAndItsBackendNotAsked() throws Exception {
        try (TestUpstream upstream =
                        TestUpstream.of(wire -> wire.send("hello\n").skip(Long.MAX_VALUE));
                TestGateway gateway = gateway(upstream)) {
            BackendSplit up = BackendSplit.of(List.of(BackendSplit.Share.of(TestGateway.BACKEND, 1)));
            ConnectionRule rule = new ConnectionRule("TCPRoute/default/tcp/0", up);
            gateway.listen(
                    List.of(new ListenerPolicy(
                            "default/edge/tcp",
                            "default/edge",
                            "tcp",
                            gateway.port,
                            ListenerPolicy.Protocol.TCP,
                            null,
                            List.of(),
                            null,
                            RouteIndex.EMPTY,
                            null,
                            LimitRules.NONE,
                            ConnectionRoutes.of(List.of(new ConnectionRoutes.Candidate(null, rule))),
                            ClientTraffic.NONE)),
                    new Listeners.Wanted("127.0.0.1", gateway.port, null, limited(NONE, 1, null), Relayed.ALL));
            try (Wire first = gateway.client()) {
                assertThat(first.readLine()).isEqualTo("hello");
                try (Wire second = gateway.client()) {
                    assertThat(second.closesSilently()).isTrue();
                }
                assertThat(refused(gateway, "client-address")).isEqualTo(1);
                assertThat(upstream.accepted).hasValue(1);
            }
        }
    }

    @Test
    void clientsBehindALoadBalancerAreCountedOneByOne() throws Exception {
        ClientTraffic.ProxyProtocol spoken = new ClientTraffic.ProxyProtocol(
                false, List.of(AddressRange.parse("127.0.0.0/8").orElseThrow()));
        String one = "PROXY TCP4 203.0.113.1 198.51.100.1 4711 443\r\n";
        String other = "PROXY TCP4 203.0.113.2 198.51.100.1 4711 443\r\n";
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = listen(gateway(upstream), limited(NONE, 1, spoken));
                Wire first = gateway.client();
                Wire second = gateway.client();
                Wire third = gateway.client()) {
            assertThat(first.send(one + GET).read().status()).isEqualTo(200);
            assertThat(second.send(one + GET).closesSilently()).isTrue();
            assertThat(third.send(other + GET).read().status()).isEqualTo(200);
            assertThat(refused(gateway, "client-address")).isEqualTo(1);
        }
    }

    @Test
    void limitThatIsLoweredLetsWhatIsOpenGoOn() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = listen(gateway(upstream), ClientTraffic.NONE);
                Wire first = gateway.client();
                Wire second = gateway.client()) {
            assertThat(first.get("/").status()).isEqualTo(200);
            assertThat(second.get("/").status()).isEqualTo(200);
            listen(gateway, limited(1, NONE, null));
            assertThat(first.get("/").status()).isEqualTo(200);
            assertThat(second.get("/").status()).isEqualTo(200);
            try (Wire third = gateway.client()) {
                assertThat(third.closesSilently()).isTrue();
            }
        }
    }
}
