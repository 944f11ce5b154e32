package io.forebay.gateway.proxy;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.tls.TlsSettingsException;
import io.forebay.gateway.tls.UpstreamTls;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.BreakerSettings;
import io.forebay.mesh.resilience.GuardTable;
import io.forebay.policy.route.BackendSplit;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The backends of the current policy with their limits, breakers and TLS: written by whoever publishes a policy, read
/// by each loop at its next call.
public final class UpstreamDirectory implements BackendSplit.Readiness {
    private static final Logger LOG = System.getLogger(UpstreamDirectory.class.getName());

    private final BreakerSettings breakers;
    private volatile Generation current = Generation.EMPTY;

    /// What holds since one policy was published. Immutable.
    ///
    /// @param tls by the transport that asks for it; those that could not be made ready are missing
    /// @param tlsFaults why those could not
    /// @param isPreconnected whether connections to some backend are to stand before they are asked for
    public record Generation(
            GuardTable guards,
            Map<BackendTransport, UpstreamTls> tls,
            Map<BackendTransport, String> tlsFaults,
            boolean isPreconnected) {
        public static final Generation EMPTY = new Generation(GuardTable.EMPTY, Map.of(), Map.of(), false);

        /// How connections to the endpoints of a backend are opened, for nobody in particular.
        ///
        /// @param preconnected how many connections of the loop each endpoint has ready
        public UpstreamConnector connector(
                Backend backend, EndpointConnector sockets, LoopContext loop, int preconnected) {
            BackendTransport transport = backend.transport();
            return new UpstreamConnector(
                    sockets,
                    loop,
                    transport,
                    ConnectionAddresses.UNKNOWN,
                    tls.get(transport),
                    backend.connections(),
                    preconnected);
        }
    }

    /// @param breakers of endpoints that appear from now on
    public UpstreamDirectory(BreakerSettings breakers) {
        this.breakers = breakers;
    }

    /// Makes `snapshot` current. Called by one thread at a time and not by a loop, since making TLS ready takes
    /// milliseconds, before the policy that names these backends is live.
    public void publish(BackendSnapshot snapshot, long nowNs) {
        Generation before = current;
        Map<BackendTransport, UpstreamTls> tls = new HashMap<>();
        Map<BackendTransport, String> faults = new HashMap<>();
        for (Backend backend : snapshot.backends()) {
            BackendTransport transport = backend.transport();
            if (transport.tls() != null && !tls.containsKey(transport)) {
                prepare(backend, before.tls().get(transport), tls, faults);
            }
        }
        boolean isPreconnected = snapshot.backends().stream()
                .anyMatch(backend -> backend.connections().preconnected() > 0);
        current = new Generation(
                before.guards().next(snapshot, breakers, nowNs), Map.copyOf(tls), Map.copyOf(faults), isPreconnected);
    }

    private static void prepare(
            Backend backend,
            @Nullable UpstreamTls kept,
            Map<BackendTransport, UpstreamTls> tls,
            Map<BackendTransport, String> faults) {
        try {
            tls.put(backend.transport(), kept == null ? UpstreamTls.of(backend.transport()) : kept);
        } catch (TlsSettingsException e) {
            faults.put(backend.transport(), String.valueOf(e.getMessage()));
            LOG.log(Level.ERROR, "backend " + backend.id() + " cannot be called: " + e.getMessage());
        }
    }

    /// What holds now; any thread.
    public Generation current() {
        return current;
    }

    /// Whether some endpoint of the backend is healthy. A panic, in which all are used, does not make it so: what
    /// stands by for such a backend comes first. Any thread.
    @Override
    public boolean isReady(String backend) {
        BackendGuard guard = guards().guard(BackendId.of(backend));
        return guard != null && guard.hasHealthy(System.nanoTime());
    }

    /// The current guards.
    public GuardTable guards() {
        return current.guards();
    }
}
