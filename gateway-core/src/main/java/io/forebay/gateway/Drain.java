package io.forebay.gateway;

import io.forebay.gateway.health.HealthProber;
import io.forebay.gateway.shard.PeerPort;
import io.forebay.gateway.transport.Connections;
import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.OwnerSocket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The end of a gateway in good order: it says that it is not ready, accepts no more, and what is under way ends.
/// Called by one thread, which is no loop.
final class Drain {
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /// Connections that were on their way to this process when its successor came are accepted within this time.
    private static final long LAST_HANDSHAKES_NS = TimeUnit.SECONDS.toNanos(1);
    /// Clients of HTTP/1.1 that ask again within this time are told to come back by another connection, rather than
    /// found a closed one.
    private static final long LAST_REQUESTS_NS = TimeUnit.SECONDS.toNanos(1);

    private final DrainSettings settings;
    private final Listeners listeners;
    private final Connections connections;
    private final @Nullable PeerPort peerPort;
    private final HealthProber prober;
    private final JobRuntime jobs;
    private final RandomGenerator random;
    private @Nullable OwnerSocket successors;
    private volatile boolean hasBegun;

    Drain(
            DrainSettings settings,
            Listeners listeners,
            Connections connections,
            @Nullable PeerPort peerPort,
            HealthProber prober,
            JobRuntime jobs,
            RandomGenerator random) {
        this.settings = settings;
        this.listeners = listeners;
        this.connections = connections;
        this.peerPort = peerPort;
        this.prober = prober;
        this.jobs = jobs;
        this.random = random;
    }

    /// Where a successor comes to; closed at the end.
    void successors(OwnerSocket socket) {
        successors = socket;
    }

    boolean hasBegun() {
        return hasBegun;
    }

    /// Blocks, at most for the time that the settings give.
    ///
    /// @return whether everything ended in time
    boolean run() {
        hasBegun = true;
        LockSupport.parkNanos(settings.noticeNs());
        stopWork();
        return end(0, endNs());
    }

    /// The same where a successor listens at the same ports, and is handed what needs the store.
    boolean runForSuccessor() {
        hasBegun = true;
        stopWork();
        LockSupport.parkNanos(LAST_HANDSHAKES_NS);
        long endNs = endNs();
        boolean isDrained = end(LAST_REQUESTS_NS, endNs);
        OwnerSocket handing = successors;
        if (handing != null) {
            isDrained &= handing.drain(endNs);
        }
        // Some of what was handed on may have become jobs, whose first attempts are under way.
        isDrained &= awaitEnd(endNs);
        closeSuccessors();
        return isDrained;
    }

    private long endNs() {
        return System.nanoTime() + settings.limitNs();
    }

    private void stopWork() {
        prober.close();
        jobs.stopWork();
    }

    private boolean end(long spreadNs, long endNs) {
        listeners.stopAccepting();
        jobs.stopWaiting();
        long overNs = Math.min(spreadNs, settings.limitNs() / 2);
        connections.drain(overNs, random);
        if (peerPort != null) {
            peerPort.drain(overNs, random);
        }
        return awaitEnd(endNs);
    }

    private boolean awaitEnd(long endNs) {
        while (isBusy() && System.nanoTime() < endNs) {
            LockSupport.parkNanos(POLL_NS);
        }
        return !isBusy();
    }

    private boolean isBusy() {
        return connections.count() > 0 || (peerPort != null && peerPort.count() > 0) || jobs.isBusy();
    }

    void closeSuccessors() {
        if (successors != null) {
            successors.close();
            successors = null;
        }
    }
}
