package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.overload.OverloadSettings;
import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Listeners;
import io.forebay.mesh.BackendLimits;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.RouteRule;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Drain, ports that come and go, and a policy that changes while an exchange is under way.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class LifecycleComponentTest {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /// Answers each request at once, but `/slow` only when released.
    private TestUpstream upstream(String answer) throws IOException {
        return TestUpstream.of(wire -> {
            while (true) {
                if (wire.read().startLine().contains("/slow")) {
                    asked.countDown();
                    awaitReleased();
                }
                wire.send(answer);
            }
        });
    }

    private void awaitReleased() throws IOException {
        try {
            if (!released.await(20, TimeUnit.SECONDS)) {
                throw new IOException("never released");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void drainLetsTheAnswerEndAndClosesTheRest() throws Exception {
        try (TestUpstream upstream = upstream(TestUpstream.OK);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                ExecutorService drainer = Executors.newSingleThreadExecutor();
                Wire idle = gateway.client();
                Wire silent = gateway.client();
                Wire busy = gateway.client()) {
            assertThat(idle.get("/").status()).isEqualTo(200);
            busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            Future<Boolean> drained = drainer.submit(gateway.gateway::drain);
            assertThat(idle.closesSilently()).isTrue();
            assertThat(silent.closesSilently()).isTrue();
            assertThatIOException().isThrownBy(gateway::client);
            assertThat(drained.isDone()).isFalse();
            released.countDown();
            Wire.Message answer = busy.read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.value("connection")).isEqualTo("close");
            assertThat(busy.closesSilently()).isTrue();
            idle.socket.close();
            silent.socket.close();
            busy.socket.close();
            assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void drainLetsTheClientAskOnceMoreThatWasToldTheConnectionStays() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
                    asked.countDown();
                    awaitReleased();
                    wire.send("lf");
                    wire.read();
                    wire.send(TestUpstream.OK);
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                ExecutorService drainer = Executors.newSingleThreadExecutor();
                Wire idle = gateway.client();
                Wire client = gateway.client()) {
            Wire.Message told = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
            assertThat(told.value("connection")).isEmpty();
            Future<Boolean> drained = drainer.submit(gateway.gateway::drain);
            assertThat(idle.closesSilently()).isTrue();
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            released.countDown();
            assertThat(client.readText(4)).isEqualTo("half");
            Wire.Message last = client.read();
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.value("connection")).isEqualTo("close");
            assertThat(client.closesSilently()).isTrue();
            client.socket.close();
            idle.socket.close();
            assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void connectionsBeyondTheBoundAreClosedAndCounted() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = new TestGateway(
                                TestGateway.Boot.DEFAULT.connectionsMax(1).overload(OverloadSettings.OFF))
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .rule("/", TestGateway.rule("all").build())
                        .listen()) {
            try (Wire first = gateway.client()) {
                assertThat(first.get("/").status()).isEqualTo(200);
                try (Wire second = gateway.client()) {
                    assertThat(second.closesSilently()).isTrue();
                }
                assertThat(gateway.meter("forebay_connections_refused_total")).isEqualTo(1);
                assertThat(first.get("/").status()).isEqualTo(200);
            }
            await().until(() -> gateway.gateway.status().connections() == 0);
            assertThat(gateway.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void portsFollowThePolicy() throws Exception {
        int other = TestUpstream.freePort();
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire early = gateway.client()) {
            assertThat(early.get("/").status()).isEqualTo(200);
            gateway.listen(
                    List.of(
                            gateway.listener("http", gateway.port, List.of()),
                            gateway.listener("more", other, List.of())),
                    new Listeners.Wanted("127.0.0.1", gateway.port, null),
                    new Listeners.Wanted("127.0.0.1", other, null));
            try (Wire added = Wire.to(other)) {
                assertThat(added.get("/").status()).isEqualTo(200);
            }
            gateway.listen(
                    List.of(gateway.listener("more", other, List.of())),
                    new Listeners.Wanted("127.0.0.1", other, null));
            assertThatIOException().isThrownBy(gateway::client);
            assertThat(early.closesSilently()).isTrue();
            assertThat(gateway.gateway.status().ports()).containsExactly(other);
        }
    }

    /// Connections made in the clear must not reach what the port serves to clients with certificates only.
    @Test
    void portThatBecomesTlsServesNothingMoreInTheClear() throws Exception {
        TestCertificates certificates = new TestCertificates();
        try (TestUpstream upstream = upstream(TestUpstream.OK);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire idle = gateway.client();
                Wire late = gateway.client();
                Wire busy = gateway.client()) {
            assertThat(idle.get("/").status()).isEqualTo(200);
            assertThat(late.get("/").status()).isEqualTo(200);
            late.send("GET / HTTP/1.1\r\n");
            busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            gateway.listenTls(requiringCertificates(certificates));
            assertThat(idle.closesSilently()).isTrue();
            released.countDown();
            Wire.Message answer = busy.read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.value("connection")).isEqualTo("close");
            assertThat(busy.closesSilently()).isTrue();
            late.send("Host: a\r\n\r\n");
            assertThat(late.closesSilently()).isTrue();
        }
    }

    /// What was accepted under the old authorities is no connection of the new port.
    @Test
    void tlsPortThatWasGoneMeanwhileTrustsNoEarlierConnection() throws Exception {
        TestCertificates before = new TestCertificates();
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            gateway.listenTls(requiringCertificates(before));
            SSLContext alice = before.context(before.client("alice"));
            try (Wire idle = Wire.to(gateway.port, alice);
                    Wire late = Wire.to(gateway.port, alice)) {
                assertThat(idle.get("/").status()).isEqualTo(200);
                assertThat(late.get("/").status()).isEqualTo(200);
                late.send("GET / HTTP/1.1\r\n");
                gateway.listen(List.of());
                gateway.listenTls(requiringCertificates(new TestCertificates()));
                assertThat(idle.closesSilently()).isTrue();
                late.send("Host: a\r\n\r\n");
                assertThat(late.closesSilently()).isTrue();
            }
        }
    }

    private static TlsListenerSettings requiringCertificates(TestCertificates certificates) throws Exception {
        return TlsListenerSettings.of(
                List.of(certificates.host("localhost", new ClientValidation.Required(certificates.pem()))));
    }

    @Test
    void exchangeKeepsThePolicyItBeganWith() throws Exception {
        try (TestUpstream upstream = upstream(TestUpstream.OK);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire busy = gateway.client()) {
            busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            RouteRule gone = RouteRule.builder("default/shop/gone")
                    .backends(BackendSplit.of(List.of()))
                    .build();
            gateway.backend(TestGateway.BACKEND, BackendLimits.DEFAULT)
                    .rule("/", gone)
                    .listen();
            assertThat(gateway.get("/").status()).isEqualTo(500);
            released.countDown();
            assertThat(busy.read().status()).isEqualTo(200);
            assertThat(busy.get("/").status()).isEqualTo(500);
            await().untilAsserted(() -> assertThat(gateway.access.lines())
                    .anySatisfy(line -> assertThat(line).contains("\"path\":\"/slow\"", "default/shop/all")));
        }
    }

    @Test
    void hundredPolicyChangesUnderLoadLoseNoRequest() throws Exception {
        try (TestUpstream one = TestUpstream.ok();
                TestUpstream two = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(one.endpoint());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch isOver = new CountDownLatch(1);
            List<Future<Integer>> loads = java.util.stream.Stream.generate(() -> clients.submit(() -> {
                        int requests = 0;
                        try (Wire client = gateway.client()) {
                            while (isOver.getCount() > 0) {
                                assertThat(client.post("/", "body").status()).isEqualTo(200);
                                requests++;
                            }
                        }
                        return requests;
                    }))
                    .limit(4)
                    .toList();
            for (int change = 0; change < 100; change++) {
                gateway.backend(
                                TestGateway.BACKEND,
                                BackendLimits.DEFAULT,
                                change % 2 == 0 ? two.endpoint() : one.endpoint())
                        .listen();
                assertThat(gateway.get("/").status()).isEqualTo(200);
            }
            isOver.countDown();
            for (Future<Integer> load : loads) {
                assertThat(load.get(30, TimeUnit.SECONDS)).isPositive();
            }
            assertThat(gateway.meter("forebay_backend_requests_active{backend=\"default/up\"}"))
                    .isZero();
        }
    }
}
