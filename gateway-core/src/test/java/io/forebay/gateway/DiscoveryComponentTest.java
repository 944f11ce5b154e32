package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.discovery.TestNameServer;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Discovery;
import io.forebay.mesh.EndpointName;
import io.forebay.mesh.NameLookup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Backends whose endpoints are found by name, with a name server of the test's own. Addresses of the machine itself,
/// 127.0.0.2 and so on, stand for servers.
@ExtendWith(LeakWatch.class)
@Timeout(120)
class DiscoveryComponentTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String NAME = "menu.test";

    private final List<TestUpstream> upstreams = new ArrayList<>();
    private final TestNameServer server;
    private final int port = TestUpstream.freePort();

    DiscoveryComponentTest() throws IOException {
        server = TestNameServer.start();
    }

    @AfterEach
    void close() {
        upstreams.forEach(TestUpstream::close);
        server.close();
    }

    private TestUpstream named(String address) throws IOException {
        TestUpstream upstream = TestUpstream.named(address, port);
        upstreams.add(upstream);
        return upstream;
    }

    private Backend backend(EndpointName... names) {
        return new Backend(new BackendId("default", "up"), List.of(), BackendLimits.DEFAULT, Balance.ROUND_ROBIN)
                .withDiscovery(new Discovery(List.of(names), NameLookup.DEFAULT));
    }

    /// The resolver's datagram channels on io_uring keep a read buffer when their loop ends.
    private TestGateway gateway(EndpointName... names) throws IOException {
        return new TestGateway(
                        TestGateway.Boot.DEFAULT.transport(Transport.EPOLL).dns(server.settings()))
                .backend(backend(names))
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    private TestGateway gatewayByName() throws IOException {
        return gateway(new EndpointName(NAME, port));
    }

    /// Who answers now.
    private static Set<String> answering(TestGateway gateway) throws IOException {
        Set<String> answering = new TreeSet<>();
        for (int call = 0; call < 6; call++) {
            answering.add(gateway.get("/").body());
        }
        return answering;
    }

    private static void awaitAnswering(TestGateway gateway, String... addresses) {
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(answering(gateway)).containsExactly(addresses));
    }

    @Test
    void everyAddressOfANameIsAnEndpoint() throws Exception {
        named("127.0.0.2");
        named("127.0.0.3");
        server.addresses(NAME, 60, "127.0.0.2", "127.0.0.3");
        try (TestGateway gateway = gatewayByName()) {
            assertThat(answering(gateway)).containsExactly("127.0.0.2", "127.0.0.3");
            assertThat(gateway.meter("forebay_discovery_lookups_total{outcome=\"found\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void connectionsOfAddressesThatStayAreKeptAndWhatIsUnderWayAtOthersEnds() throws Exception {
        TestUpstream staying = named("127.0.0.2");
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        TestUpstream going = TestUpstream.at("127.0.0.3", port, wire -> {
            while (true) {
                if (wire.read().startLine().contains("/held")) {
                    held.countDown();
                    pause(release);
                }
                wire.send(TestUpstream.answerOf("127.0.0.3"));
            }
        });
        upstreams.add(going);
        named("127.0.0.4");
        server.addresses(NAME, 1, "127.0.0.2", "127.0.0.3");
        try (TestGateway gateway = gatewayByName();
                Wire one = gateway.client();
                Wire other = gateway.client()) {
            assertThat(answering(gateway)).containsExactly("127.0.0.2", "127.0.0.3");
            assertThat(staying.accepted.get()).isEqualTo(1);
            // Each second call goes there.
            one.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
            other.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
            pause(held);

            server.addresses(NAME, 1, "127.0.0.2", "127.0.0.4");
            awaitAnswering(gateway, "127.0.0.2", "127.0.0.4");
            release.countDown();

            assertThat(List.of(one.read().body(), other.read().body()))
                    .containsExactlyInAnyOrder("127.0.0.2", "127.0.0.3");
            Awaitility.await().atMost(LONG).until(() -> going.openConnections() == 0);
            assertThat(staying.accepted.get()).isEqualTo(1);
        }
    }

    private static void pause(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theLastGoodAnswerIsKeptWhateverTheNameServerSays() throws Exception {
        named("127.0.0.2");
        named("127.0.0.3");
        server.negative(1).addresses(NAME, 1, "127.0.0.2");
        try (TestGateway gateway = gatewayByName()) {
            server.fails(NAME);
            awaitFault(gateway, "ServFail");
            assertThat(answering(gateway)).containsExactly("127.0.0.2");
            server.forget(NAME);
            awaitFault(gateway, "the name does not exist");
            assertThat(answering(gateway)).containsExactly("127.0.0.2");
            server.isSilent(NAME);
            awaitFault(gateway, "no answer in time");
            assertThat(answering(gateway)).containsExactly("127.0.0.2");
            assertThat(gateway.meter("forebay_discovery_lookups_total{outcome=\"failed\"}"))
                    .isGreaterThanOrEqualTo(2);

            server.addresses(NAME, 1, "127.0.0.3");
            awaitAnswering(gateway, "127.0.0.3");
            assertThat(gateway.gateway.names()).allMatch(name -> name.fault() == null);
        }
    }

    private static void awaitFault(TestGateway gateway, String fault) {
        Awaitility.await()
                .atMost(LONG)
                .until(() -> gateway.gateway.names().stream()
                        .anyMatch(name -> fault.equals(name.fault()) && name.addresses() == 1));
    }

    @Test
    void aBackendWithoutAnyAnswerIs503UntilThereIsOne() throws Exception {
        named("127.0.0.2");
        server.isSilent(NAME);
        try (TestGateway gateway = gatewayByName()) {
            Wire.Message refused = gateway.get("/");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("no-ready-endpoint");
            Awaitility.await()
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(gateway.access.lines())
                            .anySatisfy(line -> assertThat(line).contains("\"flag\":\"no-ready-endpoint\"")));

            server.addresses(NAME, 60, "127.0.0.2");
            awaitAnswering(gateway, "127.0.0.2");
        }
    }

    @Test
    void srvRecordsSayWhereToGoAndWhoStandsBy() throws Exception {
        named("127.0.0.2");
        named("127.0.0.3");
        String service = "_http._tcp.menu.test";
        server.service(service, 1, 10, 1, port, "one.test")
                .service(service, 1, 20, 1, port, "two.test")
                .addresses("one.test", 1, "127.0.0.2")
                .addresses("two.test", 1, "127.0.0.3");
        try (TestGateway gateway = gateway(EndpointName.service(service))) {
            assertThat(answering(gateway)).containsExactly("127.0.0.2");

            upstreams.getFirst().close();
            awaitAnswering(gateway, "127.0.0.3");
        }
    }

    @Test
    void aPolicyWithTheSameNameDoesNotAskAgain() throws Exception {
        named("127.0.0.2");
        server.addresses(NAME, 60, "127.0.0.2");
        try (TestGateway gateway = gatewayByName()) {
            int asked = server.questions.size();
            gateway.listen();
            assertThat(answering(gateway)).containsExactly("127.0.0.2");
            assertThat(server.questions).hasSize(asked);
        }
    }
}
