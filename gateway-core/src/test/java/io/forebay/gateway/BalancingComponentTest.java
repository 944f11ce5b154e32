package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HashKey;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import io.forebay.mesh.LocalZone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Which endpoint a call goes to.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class BalancingComponentTest {
    private final List<TestUpstream> upstreams = new ArrayList<>();

    @AfterEach
    void closeUpstreams() {
        upstreams.forEach(TestUpstream::close);
    }

    private Endpoint named(String name) throws IOException {
        TestUpstream upstream =
                TestUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
        upstreams.add(upstream);
        return upstream.endpoint();
    }

    private static TestGateway gateway(TestGateway.Boot boot, LoadBalancer balancer, Endpoint... endpoints)
            throws IOException {
        return new TestGateway(boot)
                .backend(backend(balancer, endpoints))
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    private static Backend backend(LoadBalancer balancer, Endpoint... endpoints) {
        return new Backend(
                new BackendId("default", "up"), List.of(endpoints), BackendLimits.DEFAULT, balancer, HealthCheck.NONE);
    }

    private static LoadBalancer by(HashKey key) {
        return new LoadBalancer(Balance.CONSISTENT_HASH, 0, key);
    }

    private static String ask(Wire client, String line) throws IOException {
        return client.send("GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n")
                .read()
                .body();
    }

    @Test
    void aUserStaysWhereItsHeaderIsHashedToOnEveryLoop() throws Exception {
        Endpoint[] endpoints = {named("a"), named("b"), named("c"), named("d")};
        try (TestGateway gateway =
                gateway(TestGateway.Boot.DEFAULT.loops(2), by(new HashKey.Header("x-user")), endpoints)) {
            Map<Integer, String> placeOf = new HashMap<>();
            for (int connection = 0; connection < 4; connection++) {
                try (Wire client = gateway.client()) {
                    for (int user = 0; user < 40; user++) {
                        String place = ask(client, "X-User: " + user + "\r\n");
                        assertThat(place).isEqualTo(placeOf.computeIfAbsent(user, _ -> place));
                    }
                }
            }
            assertThat(placeOf.values()).contains("a", "b", "c", "d");
        }
    }

    @Test
    void aSessionStaysWhereItsCookieIsHashedTo() throws Exception {
        try (TestGateway gateway =
                        gateway(TestGateway.Boot.DEFAULT, by(new HashKey.Cookie("session")), named("a"), named("b"));
                Wire client = gateway.client()) {
            Map<Integer, String> placeOf = new HashMap<>();
            for (int turn = 0; turn < 3; turn++) {
                for (int session = 0; session < 20; session++) {
                    String noise = "other=" + turn + "; session=" + session + "; sessionx=" + turn;
                    String place = ask(client, "Cookie: " + noise + "\r\n");
                    assertThat(place).isEqualTo(placeOf.computeIfAbsent(session, _ -> place));
                }
            }
            assertThat(placeOf.values()).contains("a", "b");
        }
    }

    @Test
    void aClientStaysWhereItsAddressIsHashedTo() throws Exception {
        try (TestGateway gateway =
                gateway(TestGateway.Boot.DEFAULT, by(new HashKey.SourceIp()), named("a"), named("b"), named("c"))) {
            String place = gateway.get("/").body();
            for (int i = 0; i < 10; i++) {
                assertThat(gateway.get("/").body()).isEqualTo(place);
            }
        }
    }

    @Test
    void aRequestWithoutWhatIsHashedGoesAnywhere() throws Exception {
        try (TestGateway gateway =
                        gateway(TestGateway.Boot.DEFAULT, by(new HashKey.Header("x-user")), named("a"), named("b"));
                Wire client = gateway.client()) {
            List<String> places = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                places.add(ask(client, ""));
            }
            assertThat(places).contains("a", "b");
        }
    }

    @Test
    void whoseEndpointRefusesIsServedByAnotherAndTheOthersStay() throws Exception {
        Endpoint[] endpoints = {named("a"), named("b"), TestUpstream.refusing()};
        try (TestGateway gateway = gateway(TestGateway.Boot.DEFAULT, by(new HashKey.Header("x-user")), endpoints);
                Wire client = gateway.client()) {
            Map<Integer, String> placeOf = new HashMap<>();
            for (int turn = 0; turn < 3; turn++) {
                for (int user = 0; user < 30; user++) {
                    String place = ask(client, "X-User: " + user + "\r\n");
                    assertThat(place).isEqualTo(placeOf.computeIfAbsent(user, _ -> place));
                }
            }
        }
    }

    @Test
    void callsStayInTheZoneUntilItsEndpointsFail() throws Exception {
        LoadBalancer here = new LoadBalancer(Balance.ROUND_ROBIN, 0, null, new LocalZone("here", 0));
        TestUpstream own = TestUpstream.answering(TestUpstream.answerOf("own"));
        upstreams.add(own);
        try (TestGateway gateway = gateway(
                        TestGateway.Boot.DEFAULT,
                        here,
                        named("other").inZone("there"),
                        own.endpoint().inZone("here"));
                Wire client = gateway.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(ask(client, "")).isEqualTo("own");
            }
            own.close();
            for (int i = 0; i < 20; i++) {
                assertThat(ask(client, "")).isEqualTo("other");
            }
        }
    }

    @Test
    void peakEwmaLeavesASlowEndpointAlone() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        TestUpstream slow = TestUpstream.of(wire -> {
            while (true) {
                wire.read();
                pause(never);
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow");
            }
        });
        upstreams.add(slow);
        try (TestGateway gateway = gateway(
                        TestGateway.Boot.DEFAULT, LoadBalancer.of(Balance.PEAK_EWMA), slow.endpoint(), named("fast"));
                Wire client = gateway.client()) {
            List<String> places = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                places.add(ask(client, ""));
            }
            assertThat(places).filteredOn("slow"::equals).hasSizeLessThanOrEqualTo(1);
        }
    }

    private static void pause(CountDownLatch latch) {
        try {
            latch.await(300, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
