package io.forebay.gateway.proxy;

import io.forebay.mesh.ConnectionSettings;
import java.util.concurrent.TimeUnit;

/// How long one pooled connection may still be used: by its age, by what it has carried, and by how long it rests.
/// It is given up before its server does that: a request that crosses the server's close is one that nobody may have
/// read.
///
/// Pure but for its counts; owned by the connection's loop.
final class ConnectionLife {
    /// What `Keep-Alive: timeout` is cut by, for the way there and for who looks at it ten times a second; of a server
    /// that says less than twice as much, half.
    static final long MARGIN_NS = TimeUnit.SECONDS.toNanos(1);

    /// The server has said nothing.
    static final long UNTOLD_NS = Long.MAX_VALUE;

    private final long openedNs;
    private final long random;
    private long restMaxNs;
    private long restingSinceNs;
    private int requests;

    /// @param random decides by how much less than the limit it lives
    /// @param restMaxNs what was learnt from the endpoint's earlier connections, or [#UNTOLD_NS]
    ConnectionLife(long nowNs, long random, long restMaxNs) {
        this.openedNs = nowNs;
        this.random = random;
        this.restMaxNs = restMaxNs;
        this.restingSinceNs = nowNs;
    }

    /// The server has said for how long it keeps the connection while it rests (RFC 2068 section 19.7.1).
    ///
    /// @param seconds 0 or more
    /// @return how long it may rest here, in nanoseconds
    long told(long seconds) {
        long keptNs = TimeUnit.SECONDS.toNanos(seconds);
        restMaxNs = keptNs - Math.min(MARGIN_NS, keptNs / 2);
        return restMaxNs;
    }

    /// One more request begins.
    void begins() {
        requests++;
    }

    /// Whether it ends before it was of use, or could have been.
    boolean isStillborn(long nowNs) {
        return requests == 0 && nowNs - openedNs < Preconnects.STABLE_NS;
    }

    /// It carries nothing from now on.
    void rests(long nowNs) {
        restingSinceNs = nowNs;
    }

    /// Whether it is to take no more requests, by its age and by those that it has taken.
    boolean isSpent(ConnectionSettings settings, long nowNs) {
        return settings.isLifeLimited() && (isWornOut(settings) || isOld(settings, nowNs));
    }

    private boolean isWornOut(ConnectionSettings settings) {
        return settings.requestsMax() > 0 && requests >= settings.requestsMax();
    }

    private boolean isOld(ConnectionSettings settings, long nowNs) {
        return settings.durationMaxNs() > 0 && nowNs - openedNs >= settings.lifetimeNs(random);
    }

    /// Whether one that rests is to be given up.
    boolean isOver(ConnectionSettings settings, long nowNs) {
        return nowNs - restingSinceNs >= Math.min(restMaxNs, settings.idleTimeoutNs()) || isSpent(settings, nowNs);
    }
}
