package io.forebay.gateway.health;

import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.forebay.mesh.ConnectionSettings;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.health.EndpointHealth;
import io.forebay.mesh.resilience.BackendGuard;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One endpoint of a backend whose policy wants it checked: when it is asked next, and the probe under way. Owned
/// by the prober's loop.
final class CheckedEndpoint {
    private static final Logger LOG = System.getLogger(CheckedEndpoint.class.getName());

    private final HealthProber prober;
    private final String backend;
    private final Endpoint endpoint;
    private final @Nullable ProxyVersion proxyProtocol;
    private final ConnectionSettings connections;
    private final EndpointHealth health;
    private final HealthCheck.Active check;
    private @Nullable Probe probe;
    private long begunNs;
    private long nextNs;

    /// @param nowNs when it is asked first
    CheckedEndpoint(HealthProber prober, BackendGuard guard, int place, HealthCheck.Active check, long nowNs) {
        this.prober = prober;
        this.backend = guard.backend().id().toString();
        this.endpoint = guard.backend().endpoints().get(place);
        this.proxyProtocol = guard.backend().transport().proxyProtocol();
        this.connections = guard.backend().connections();
        this.health = guard.healths().get(place);
        this.check = check;
        this.nextNs = nowNs;
    }

    EndpointHealth health() {
        return health;
    }

    /// Whether it does already what a later policy wants.
    boolean asks(BackendGuard guard, HealthCheck.Active wanted) {
        return check.equals(wanted)
                && connections.equals(guard.backend().connections())
                && Objects.equals(proxyProtocol, guard.backend().transport().proxyProtocol());
    }

    HealthCheck.Active check() {
        return check;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /// What header it wants to see first, or null.
    @Nullable
    ProxyVersion proxyProtocol() {
        return proxyProtocol;
    }

    /// How its connections are made.
    ConnectionSettings connections() {
        return connections;
    }

    boolean isDue(long nowNs) {
        return probe == null && nowNs - nextNs >= 0;
    }

    void begin(long nowNs, long random) {
        begunNs = nowNs;
        nextNs = check.nextNs(nowNs, random);
        prober.began();
        Probe begun = new Probe(this);
        probe = begun;
        begun.connect(prober.connector(), prober.loop());
    }

    void endOverdue(long nowNs) {
        if (probe != null && nowNs - begunNs > check.timeoutNs()) {
            done(false, "no answer in time");
        }
    }

    /// The probe under way has an outcome, of which only the first counts.
    ///
    /// @param detail for the log, where it failed
    void done(boolean isSuccess, String detail) {
        if (!end()) {
            return;
        }
        prober.observer().probed(backend, isSuccess);
        if (health.onProbe(isSuccess, check, System.nanoTime())) {
            if (isSuccess) {
                LOG.log(Level.INFO, "backend {0}: {1} is up again", backend, endpoint);
            } else {
                LOG.log(Level.WARNING, "backend {0}: {1} is down: {2}", backend, endpoint, detail);
            }
        }
    }

    /// The probe under way says nothing about the endpoint.
    void cancel() {
        end();
    }

    private boolean end() {
        Probe ended = probe;
        if (ended == null) {
            return false;
        }
        probe = null;
        prober.ended();
        ended.close();
        return true;
    }
}
