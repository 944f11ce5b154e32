package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A gateway with one backend that is probed ten times a second: whatever the first probe finds, it says.
final class ProbedBackend implements AutoCloseable {
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /// Longer than any test waits: an outcome that comes before is one that the endpoint has given.
    private static final long PATIENT_NS = TimeUnit.MINUTES.toNanos(5);

    private final TestGateway gateway;
    private final Endpoint endpoint;

    private ProbedBackend(Endpoint endpoint) throws IOException {
        this.gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                .rule("/", TestGateway.rule("all").build());
        this.endpoint = endpoint;
    }

    static ProbedBackend of(HealthCheck.Probe probe, BackendTransport transport, Endpoint endpoint) throws IOException {
        return new ProbedBackend(endpoint).asked(probe, transport);
    }

    /// One whose probes give up soon.
    static ProbedBackend ofHasty(HealthCheck.Probe probe, BackendTransport transport, Endpoint endpoint)
            throws IOException {
        return new ProbedBackend(endpoint).asked(probe, transport, INTERVAL_NS);
    }

    /// Publishes another policy for the same endpoint.
    ProbedBackend asked(HealthCheck.Probe probe, BackendTransport transport) {
        return asked(probe, transport, PATIENT_NS);
    }

    private ProbedBackend asked(HealthCheck.Probe probe, BackendTransport transport, long timeoutNs) {
        gateway.backend(new Backend(
                        new BackendId("default", "up"),
                        List.of(endpoint),
                        BackendLimits.DEFAULT,
                        LoadBalancer.of(Balance.ROUND_ROBIN),
                        new HealthCheck(new HealthCheck.Active(INTERVAL_NS, timeoutNs, 1, 1, probe), null, 0),
                        transport))
                .listen();
        return this;
    }

    private double endpoints(String state) {
        return gateway.meter("forebay_backend_endpoints{backend=\"default/up\",state=\"" + state + "\"}");
    }

    /// Waits for two more probes that have ended well.
    void isFoundWell() {
        double before = probes("succeeded");
        await().until(() -> probes("succeeded") >= before + 2);
        assertThat(endpoints("healthy")).isEqualTo(1);
    }

    /// Waits for a probe that has failed.
    void isFoundUnwell() {
        await().until(() -> endpoints("unhealthy") == 1);
        assertThat(probes("failed")).isPositive();
    }

    double probes(String outcome) {
        return gateway.meter("forebay_backend_probes_total{backend=\"default/up\",outcome=\"" + outcome + "\"}");
    }

    @Override
    public void close() throws IOException {
        gateway.close();
    }
}
