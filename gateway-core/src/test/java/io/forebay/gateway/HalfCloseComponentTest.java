package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.Relayed;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.BackendLimits;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.ConnectionRoutes;
import io.forebay.policy.route.ConnectionRule;
import io.forebay.policy.route.RouteIndex;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A client that says all it has to say and closes its sending side at once, before there is anybody to say it to.
@ExtendWith(LeakWatch.class)
@Timeout(120)
class HalfCloseComponentTest {
    private static final String ACTIVE = "forebay_connections_open";

    private static TestGateway relaying(Transport transport, FullBackend backend) throws Exception {
        TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.transport(transport))
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, backend.endpoint());
        ConnectionRule rule = new ConnectionRule(
                "TCPRoute/default/raw/0", BackendSplit.of(List.of(BackendSplit.Share.of(TestGateway.BACKEND, 1))));
        ListenerPolicy listener = new ListenerPolicy(
                "default/edge/raw",
                "edge",
                "raw",
                gateway.port,
                ListenerPolicy.Protocol.TCP,
                null,
                List.of(),
                null,
                RouteIndex.EMPTY,
                null,
                LimitRules.NONE,
                ConnectionRoutes.of(List.of(new ConnectionRoutes.Candidate(null, rule))),
                ClientTraffic.NONE);
        return gateway.listen(
                List.of(listener),
                new Listeners.Wanted("127.0.0.1", gateway.port, null, ClientTraffic.NONE, Relayed.ALL));
    }

    /// A later client has been seen, so what came before it has been too: there is one loop.
    private static void awaitLater(TestGateway gateway) throws Exception {
        try (Wire second = gateway.client()) {
            assertThat(second.socket.isConnected()).isTrue();
            await().until(() -> gateway.meter(ACTIVE) == 2);
        }
    }

    /// What comes by the first connection that says anything, to its end.
    private static Wire said(FullBackend backend, String expected) throws Exception {
        Wire accepted = backend.accept();
        String text = accepted.readRest();
        if (text.isEmpty()) {
            accepted.close();
            accepted = backend.accept();
            text = accepted.readRest();
        }
        assertThat(text).isEqualTo(expected);
        return accepted;
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void relayedConnectionKeepsWhatItsClientHasSaid(Transport transport) throws Exception {
        try (FullBackend backend = new FullBackend();
                TestGateway gateway = relaying(transport, backend);
                Wire client = gateway.client()) {
            client.send("all of it\n");
            client.socket.shutdownOutput();
            awaitLater(gateway);
            try (Wire accepted = said(backend, "all of it\n")) {
                accepted.send("answer\n");
                accepted.socket.shutdownOutput();
                assertThat(client.readRest()).isEqualTo("answer\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void requestWithABodyIsAnswered(Transport transport) throws Exception {
        String body = "b".repeat(200_000);
        try (FullBackend backend = new FullBackend();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.transport(transport))
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, backend.endpoint())
                        .rule("/", TestGateway.rule("all").build())
                        .listen();
                Wire client = gateway.client()) {
            client.send("POST /x HTTP/1.1\r\nHost: shop.example\r\nContent-Length: " + body.length() + "\r\n\r\n");
            await().until(() -> gateway.meter(ACTIVE) == 1);
            client.send(body);
            client.socket.shutdownOutput();
            awaitLater(gateway);
            try (Wire accepted = backend.accept()) {
                Wire.Message request = accepted.read();
                assertThat(request.body()).isEqualTo(body);
                accepted.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                assertThat(client.read().body()).isEqualTo("ok");
            }
        }
    }
}
