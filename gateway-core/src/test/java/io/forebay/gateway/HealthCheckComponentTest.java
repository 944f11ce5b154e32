package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import io.forebay.policy.route.BackendSplit;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Probes of endpoints, and what becomes of the calls.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class HealthCheckComponentTest {
    private static final BackendId ID = new BackendId("default", "up");
    private static final String PANIC = "forebay_backend_panic{backend=\"default/up\"}";
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PATIENT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final String BAD = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    private static final HealthCheck.Probe HTTP = new HealthCheck.Probe.Http("GET", "/healthz?deep=1", Set.of(200));
    private static final HealthCheck.Probe TCP = new HealthCheck.Probe.Tcp();

    private static Backend checked(HealthCheck.Probe probe, long timeoutNs, int panicPercent, Endpoint... endpoints) {
        HealthCheck.Active active = new HealthCheck.Active(INTERVAL_NS, timeoutNs, 2, 1, probe);
        return backend(new HealthCheck(active, null, panicPercent), endpoints);
    }

    private static Backend backend(HealthCheck health, Endpoint... endpoints) {
        return new Backend(ID, List.of(endpoints), BackendLimits.DEFAULT, LoadBalancer.of(Balance.ROUND_ROBIN), health);
    }

    private static TestGateway gateway(Backend backend) throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT)
                .backend(backend)
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    private static double endpoints(TestGateway gateway, String state) {
        return gateway.meter("forebay_backend_endpoints{backend=\"default/up\",state=\"" + state + "\"}");
    }

    private static double probes(TestGateway gateway, String outcome) {
        return gateway.meter("forebay_backend_probes_total{backend=\"default/up\",outcome=\"" + outcome + "\"}");
    }

    /// An upstream that is well or not as the test says, and answers calls with 200 always.
    private static final class Switched implements AutoCloseable {
        volatile boolean isWell = true;
        final TestUpstream upstream;

        Switched() throws IOException {
            upstream = TestUpstream.of(this::serve);
        }

        private void serve(Wire wire) throws IOException {
            while (true) {
                Wire.Message request = wire.read();
                boolean isProbe = request.head().startsWith("GET /healthz");
                if (!isProbe) {
                    upstream.requests.add(request);
                }
                wire.send(isProbe && !isWell ? BAD : TestUpstream.OK);
            }
        }

        @Override
        public void close() {
            upstream.close();
        }
    }

    @Test
    void whoIsFoundDownGetsNoCallsUntilItIsUpAgain() throws Exception {
        try (Switched sick = new Switched();
                Switched well = new Switched();
                TestGateway gateway =
                        gateway(checked(HTTP, PATIENT_NS, 50, sick.upstream.endpoint(), well.upstream.endpoint()))) {
            await().until(() -> sick.upstream.accepted.get() > 0 && endpoints(gateway, "healthy") == 2);
            sick.isWell = false;
            await().until(() -> endpoints(gateway, "unhealthy") == 1);
            for (int i = 0; i < 10; i++) {
                assertThat(gateway.get("/").status()).isEqualTo(200);
            }
            assertThat(sick.upstream.requests).isEmpty();
            assertThat(well.upstream.requests).hasSize(10);
            sick.isWell = true;
            await().until(() -> endpoints(gateway, "healthy") == 2);
            for (int i = 0; i < 10; i++) {
                gateway.get("/");
            }
            assertThat(sick.upstream.requests).hasSize(5);
        }
    }

    @Test
    void probesAreCountedByOutcome() throws Exception {
        try (Switched upstream = new Switched();
                TestGateway gateway = gateway(checked(HTTP, PATIENT_NS, 0, upstream.upstream.endpoint()))) {
            await().until(() -> probes(gateway, "succeeded") >= 2);
            assertThat(probes(gateway, "failed")).isZero();
            upstream.isWell = false;
            await().until(() -> probes(gateway, "failed") >= 2);
            assertThat(endpoints(gateway, "unhealthy")).isEqualTo(1);
        }
    }

    @Test
    void aProbeAsksWhatThePolicySaysAndForNoMoreThanOneAnswer() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(checked(HTTP, PATIENT_NS, 0, upstream.endpoint()))) {
            Wire.Message probe = upstream.request();
            assertThat(probe.head()).startsWith("GET /healthz?deep=1 HTTP/1.1\r\n");
            assertThat(probe.value("host")).isEqualTo(upstream.endpoint().toString());
            assertThat(probe.value("user-agent")).isEqualTo("forebay-health");
            assertThat(probe.value("connection")).isEqualTo("close");
            upstream.request();
            await().until(() -> upstream.openConnections() <= 1);
            assertThat(endpoints(gateway, "healthy")).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsAFailure() throws Exception {
        try (TestUpstream silent = TestUpstream.of(Wire::readRest);
                TestGateway gateway = gateway(checked(HTTP, INTERVAL_NS, 0, silent.endpoint()))) {
            await().until(() -> endpoints(gateway, "unhealthy") == 1);
            assertThat(gateway.get("/").status()).isEqualTo(503);
        }
    }

    @Test
    void nonsenseAndEarlyEndsAreFailures() throws Exception {
        try (TestUpstream nonsense = TestUpstream.answering("SSH-2.0-OpenSSH_9.2\r\n\r\n");
                TestUpstream closing = TestUpstream.of(Wire::read);
                TestGateway gateway = gateway(checked(HTTP, PATIENT_NS, 0, nonsense.endpoint(), closing.endpoint()))) {
            await().until(() -> endpoints(gateway, "unhealthy") == 2);
        }
    }

    @Test
    void anInterimAnswerIsNotTheAnswer() throws Exception {
        try (TestUpstream upstream =
                        TestUpstream.answering("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + TestUpstream.OK);
                TestGateway gateway = gateway(checked(HTTP, PATIENT_NS, 0, upstream.endpoint()))) {
            upstream.request();
            upstream.request();
            upstream.request();
            assertThat(endpoints(gateway, "healthy")).isEqualTo(1);
        }
    }

    @Test
    void aProbeOfTcpWantsAConnectionOnly() throws Exception {
        try (TestUpstream silent = TestUpstream.of(Wire::readRest);
                TestGateway gateway =
                        gateway(checked(TCP, PATIENT_NS, 0, silent.endpoint(), TestUpstream.refusing()))) {
            await().until(() -> endpoints(gateway, "unhealthy") == 1);
            int before = silent.accepted.get();
            await().until(() -> silent.accepted.get() >= before + 3);
            assertThat(endpoints(gateway, "healthy")).isEqualTo(1);
            await().until(() -> silent.openConnections() <= 1);
        }
    }

    @Test
    void withTooFewLeftAllAreUsedAndThePanicIsSeen() throws Exception {
        try (Switched first = new Switched();
                Switched second = new Switched();
                TestGateway gateway =
                        gateway(checked(HTTP, PATIENT_NS, 50, first.upstream.endpoint(), second.upstream.endpoint()))) {
            first.isWell = false;
            second.isWell = false;
            await().until(() -> endpoints(gateway, "unhealthy") == 2);
            assertThat(gateway.meter(PANIC)).isEqualTo(1);
            for (int i = 0; i < 10; i++) {
                assertThat(gateway.get("/").status()).isEqualTo(200);
            }
            assertThat(first.upstream.requests).hasSize(5);
            second.isWell = true;
            await().until(() -> gateway.meter(PANIC) == 0);
        }
    }

    @Test
    void checksFollowThePolicy() throws Exception {
        try (Switched upstream = new Switched();
                TestGateway gateway = gateway(backend(HealthCheck.NONE, upstream.upstream.endpoint()))) {
            upstream.isWell = false;
            assertThat(gateway.get("/").status()).isEqualTo(200);
            gateway.backend(checked(HTTP, PATIENT_NS, 0, upstream.upstream.endpoint()))
                    .listen();
            await().until(() -> gateway.get("/").status() == 503);
            gateway.backend(checked(TCP, PATIENT_NS, 0, upstream.upstream.endpoint()))
                    .listen();
            await().until(() -> gateway.get("/").status() == 200);
            gateway.backend(checked(HTTP, PATIENT_NS, 0, upstream.upstream.endpoint()))
                    .listen();
            await().until(() -> gateway.get("/").status() == 503);
            gateway.backend(backend(HealthCheck.NONE, upstream.upstream.endpoint()))
                    .listen();
            assertThat(gateway.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void aDrainEndsTheProbes() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestUpstream other = TestUpstream.ok();
                TestGateway drained = gateway(checked(HTTP, PATIENT_NS, 0, upstream.endpoint()));
                TestGateway running = gateway(checked(HTTP, PATIENT_NS, 0, other.endpoint()))) {
            upstream.request();
            drained.gateway.drain();
            // What a gateway that runs does meanwhile is the clock: a connection made before the drain may still wait
            // to be accepted.
            turns(other, 4);
            await().until(() -> upstream.openConnections() == 0);
            int after = upstream.accepted.get();
            turns(other, 4);
            assertThat(upstream.accepted).hasValue(after);
            assertThat(endpoints(running, "healthy")).isEqualTo(1);
        }
    }

    private static void turns(TestUpstream probed, int count) {
        int before = probed.accepted.get();
        await().until(() -> probed.accepted.get() >= before + count);
    }

    @Test
    void ejectionTakesOutOneOfTwoAndTheOtherServesOn() throws Exception {
        HealthCheck ejecting =
                new HealthCheck(null, new HealthCheck.Passive(5, PATIENT_NS, TimeUnit.MINUTES.toNanos(1), 10), 50);
        try (TestUpstream failing = TestUpstream.answering(BAD);
                TestUpstream failingToo = TestUpstream.answering(BAD);
                TestGateway gateway = gateway(backend(ejecting, failing.endpoint(), failingToo.endpoint()));
                Wire client = gateway.client()) {
            for (int i = 0; i < 40; i++) {
                assertThat(client.get("/").status()).isEqualTo(500);
            }
            assertThat(endpoints(gateway, "ejected")).isEqualTo(1);
            assertThat(failing.requests.size() + failingToo.requests.size()).isEqualTo(40);
            assertThat(Math.min(failing.requests.size(), failingToo.requests.size()))
                    .isEqualTo(5);
        }
    }

    @Test
    void aFallbackServesWhileAllOthersAreDown() throws Exception {
        try (Switched usual = new Switched();
                TestUpstream spare = TestUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nspare");
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(checked(HTTP, PATIENT_NS, 50, usual.upstream.endpoint()))
                        .backend("default/spare", BackendLimits.DEFAULT, spare.endpoint())
                        .rule(
                                "/",
                                TestGateway.rule("all")
                                        .backends(BackendSplit.of(
                                                List.of(BackendSplit.Share.of(TestGateway.BACKEND, 1)),
                                                List.of(BackendSplit.Share.of("default/spare", 1))))
                                        .build())
                        .listen()) {
            assertThat(gateway.get("/").body()).isEqualTo("ok");
            usual.isWell = false;
            await().until(() -> endpoints(gateway, "unhealthy") == 1);
            assertThat(gateway.get("/").body()).isEqualTo("spare");
            usual.isWell = true;
            await().until(() -> endpoints(gateway, "healthy") == 1);
            assertThat(gateway.get("/").body()).isEqualTo("ok");
            assertThat(spare.requests).hasSize(1);
        }
    }
}
