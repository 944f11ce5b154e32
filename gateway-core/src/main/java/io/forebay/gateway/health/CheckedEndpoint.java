package io.forebay.gateway.health;

import io.forebay.mesh.Endpoint;
import io.forebay.mesh.health.EndpointHealth;
import io.forebay.mesh.resilience.BackendGuard;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// One endpoint of a backend whose policy wants it checked: when it is asked next, and the probe under way. Owned
/// by the prober's loop.
final class CheckedEndpoint {
    private static final Logger LOG = System.getLogger(CheckedEndpoint.class.getName());

    private final HealthProber prober;
    private final String backend;
    private final Endpoint endpoint;
    private final EndpointHealth health;
    private final ProbePlan plan;
    private @Nullable Probe probe;
    private long begunNs;
    private long nextNs;

    /// @param nowNs when it is asked first
    CheckedEndpoint(HealthProber prober, BackendGuard guard, int place, ProbePlan plan, long nowNs) {
        this.prober = prober;
        this.backend = guard.backend().id().toString();
        this.endpoint = guard.backend().endpoints().get(place);
        this.health = guard.healths().get(place);
        this.plan = plan;
        this.nextNs = nowNs;
    }

    EndpointHealth health() {
        return health;
    }

    /// Whether it does already what a later policy wants.
    boolean asks(ProbePlan wanted) {
        return plan.equals(wanted);
    }

    /// Whether its probes make a handshake.
    boolean isTls() {
        return plan.connector().tls() != null;
    }

    boolean isDue(long nowNs) {
        return probe == null && nowNs - nextNs >= 0;
    }

    void begin(long nowNs, long random) {
        begunNs = nowNs;
        nextNs = plan.check().nextNs(nowNs, random);
        String fault = plan.tlsFault();
        if (fault != null) {
            judge(ProbeOutcome.failure("its TLS could not be made ready: " + fault));
            return;
        }
        prober.turns().began(isTls());
        Probe begun = new Probe(this, endpoint, plan);
        probe = begun;
        begun.begin();
    }

    void endOverdue(long nowNs) {
        if (probe != null && nowNs - begunNs > plan.check().timeoutNs()) {
            done(ProbeOutcome.failure("no answer in time"));
        }
    }

    /// The probe under way has an outcome, of which only the first counts.
    void done(ProbeOutcome outcome) {
        if (end()) {
            judge(outcome);
        }
    }

    private void judge(ProbeOutcome outcome) {
        prober.observer().probed(backend, outcome.isSuccess());
        if (health.onProbe(outcome.isSuccess(), plan.check(), System.nanoTime())) {
            if (outcome.isSuccess()) {
                LOG.log(Level.INFO, "backend {0}: {1} is up again", backend, endpoint);
            } else {
                LOG.log(Level.WARNING, "backend {0}: {1} is down: {2}", backend, endpoint, outcome.detail());
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
        prober.turns().ended();
        ended.close();
        return true;
    }
}
