package io.forebay.gateway.health;

import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.proxy.EndpointConnector;
import io.forebay.gateway.proxy.UpstreamDirectory;
import io.forebay.mesh.Backend;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.health.EndpointHealth;
import io.forebay.mesh.resilience.BackendGuard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The active health checks of all backends, on one event loop. Connections are opened as for calls, with the same
/// names and the same TLS, so that a probe fails where a call would, and nothing blocks a thread for it. Follows the
/// [UpstreamDirectory] at each sweep of the loop's [Deadlines]; where no policy asks for checks that is all it does.
///
/// How many run at a time, and who waits, is in [ProbeTurns]. Owned by its loop but for [#start] and [#close].
public final class HealthProber implements Deadlines.Timed {
    private final LoopContext loop;
    private final EndpointConnector sockets;
    private final UpstreamDirectory directory;
    private final ProbeObserver observer;
    private final ProbeTurns turns = new ProbeTurns();
    private UpstreamDirectory.Generation seen = UpstreamDirectory.Generation.EMPTY;
    private List<CheckedEndpoint> checked = List.of();
    private int deadlineSlot = Deadlines.NONE;

    /// @param sockets opens sockets on `loop`
    public HealthProber(
            LoopContext loop, EndpointConnector sockets, UpstreamDirectory directory, ProbeObserver observer) {
        this.loop = loop;
        this.sockets = sockets;
        this.directory = directory;
        this.observer = observer;
    }

    /// Begins to look after the endpoints, soon. Any thread, once.
    public void start() {
        loop.eventLoop().execute(() -> loop.deadlines().add(this));
    }

    /// Ends all probes, soon; what was found stays. Any thread, more than once.
    public void close() {
        loop.eventLoop().execute(() -> {
            loop.deadlines().remove(this);
            checked.forEach(CheckedEndpoint::cancel);
            checked = List.of();
        });
    }

    @Override
    public void onSweep(long nowNs) {
        follow(nowNs);
        turns.sweep();
        int count = checked.size();
        for (int step = 0; step < count; step++) {
            int place = turns.place(step, count);
            CheckedEndpoint endpoint = checked.get(place);
            endpoint.endOverdue(nowNs);
            if (endpoint.isDue(nowNs) && turns.hasRoom(place, endpoint.isTls())) {
                endpoint.begin(nowNs, loop.nextRandom());
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very generation
    private void follow(long nowNs) {
        UpstreamDirectory.Generation current = directory.current();
        if (current == seen) {
            return;
        }
        seen = current;
        Map<EndpointHealth, CheckedEndpoint> known = new HashMap<>();
        checked.forEach(endpoint -> known.put(endpoint.health(), endpoint));
        List<CheckedEndpoint> next = new ArrayList<>();
        for (BackendGuard guard : current.guards().guards()) {
            HealthCheck.Active check = guard.backend().health().active();
            if (check != null) {
                follow(guard, plan(current, guard.backend(), check), known, next, nowNs);
            }
        }
        known.values().forEach(CheckedEndpoint::cancel);
        checked = List.copyOf(next);
    }

    private ProbePlan plan(UpstreamDirectory.Generation current, Backend backend, HealthCheck.Active check) {
        return new ProbePlan(
                check,
                current.connector(backend, sockets, loop, 0),
                current.tlsFaults().get(backend.transport()));
    }

    private void follow(
            BackendGuard guard,
            ProbePlan plan,
            Map<EndpointHealth, CheckedEndpoint> known,
            List<CheckedEndpoint> next,
            long nowNs) {
        for (int i = 0; i < guard.healths().size(); i++) {
            CheckedEndpoint earlier = known.get(guard.healths().get(i));
            if (earlier != null && earlier.asks(plan)) {
                known.remove(earlier.health());
                next.add(earlier);
            } else {
                next.add(new CheckedEndpoint(this, guard, i, plan, nowNs));
            }
        }
    }

    ProbeObserver observer() {
        return observer;
    }

    ProbeTurns turns() {
        return turns;
    }

    @Override
    public int deadlineSlot() {
        return deadlineSlot;
    }

    @Override
    public void deadlineSlot(int slot) {
        deadlineSlot = slot;
    }
}
