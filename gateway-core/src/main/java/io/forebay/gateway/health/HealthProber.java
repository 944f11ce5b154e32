package io.forebay.gateway.health;

import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.proxy.EndpointConnector;
import io.forebay.gateway.proxy.UpstreamDirectory;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.health.EndpointHealth;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.GuardTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The active health checks of all backends, on one event loop: the loop's connector resolves names and opens
/// sockets as it does for calls, so that a probe fails where a call would, and nothing blocks a thread for it.
/// Follows the [UpstreamDirectory] at each sweep of the loop's [Deadlines]; where no policy asks for checks that is
/// all it does.
///
/// At most [#PROBES_MAX] probes run at a time; those that are due beyond it begin when others have ended. Owned by
/// its loop but for [#start] and [#close].
public final class HealthProber implements Deadlines.Timed {
    static final int PROBES_MAX = 256;

    private final LoopContext loop;
    private final EndpointConnector connector;
    private final UpstreamDirectory directory;
    private final ProbeObserver observer;
    private GuardTable seen = GuardTable.EMPTY;
    private List<CheckedEndpoint> checked = List.of();
    private int running;
    private int deadlineSlot = Deadlines.NONE;

    /// @param connector opens sockets on `loop`
    public HealthProber(
            LoopContext loop, EndpointConnector connector, UpstreamDirectory directory, ProbeObserver observer) {
        this.loop = loop;
        this.connector = connector;
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
        for (int i = 0; i < checked.size(); i++) {
            CheckedEndpoint endpoint = checked.get(i);
            endpoint.endOverdue(nowNs);
            if (running < PROBES_MAX && endpoint.isDue(nowNs)) {
                endpoint.begin(nowNs, loop.nextRandom());
            }
        }
    }

    private void follow(long nowNs) {
        GuardTable current = directory.guards();
        if (current == seen) {
            return;
        }
        seen = current;
        Map<EndpointHealth, CheckedEndpoint> known = new HashMap<>();
        checked.forEach(endpoint -> known.put(endpoint.health(), endpoint));
        List<CheckedEndpoint> next = new ArrayList<>();
        for (BackendGuard guard : current.guards()) {
            HealthCheck.Active check = guard.backend().health().active();
            for (int i = 0; check != null && i < guard.healths().size(); i++) {
                CheckedEndpoint earlier = known.get(guard.healths().get(i));
                if (earlier != null && earlier.asks(guard, check)) {
                    known.remove(earlier.health());
                    next.add(earlier);
                } else {
                    next.add(new CheckedEndpoint(this, guard, i, check, nowNs));
                }
            }
        }
        known.values().forEach(CheckedEndpoint::cancel);
        checked = List.copyOf(next);
    }

    LoopContext loop() {
        return loop;
    }

    EndpointConnector connector() {
        return connector;
    }

    ProbeObserver observer() {
        return observer;
    }

    void began() {
        running++;
    }

    void ended() {
        running--;
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
