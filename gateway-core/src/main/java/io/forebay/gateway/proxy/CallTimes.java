package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.balance.LoopEndpoint;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The time limits of one call. Owned by it.
final class CallTimes {
    /// How long an upstream may be silent, unless a try may take longer than that.
    static final long IDLE_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(5);

    /// How long both sides of another protocol may be silent.
    static final long SWITCHED_IDLE_NS = TimeUnit.HOURS.toNanos(1);

    private long requestNs;
    private long tryNs;
    private long slowAfterNs;

    /// @param forRequestNs for all tries since the exchange began, 0 for no limit
    /// @param forTryNs for one try, 0 for no limit
    /// @param slowNs after which a call without an answer is slow, 0 for never
    void begin(long forRequestNs, long forTryNs, long slowNs) {
        requestNs = forRequestNs;
        tryNs = forTryNs;
        slowAfterNs = slowNs;
    }

    /// When a call is slow, since its request was sent; 0 for never, or once it was told.
    long slowAfterNs() {
        return slowAfterNs;
    }

    boolean isSlow(UpstreamTry tried, long nowNs) {
        return slowAfterNs > 0 && nowNs - tried.sentNs() >= slowAfterNs;
    }

    void toldSlow() {
        slowAfterNs = 0;
    }

    /// Whether the call may go on in so long.
    boolean isLeft(Exchange asked, long nowNs, long delayNs) {
        return requestNs == 0 || nowNs - asked.startedNs() + delayNs < requestNs;
    }

    /// The failure of a call whose time between two tries is over; null while it is not.
    @Nullable
    UpstreamFailure waited(Exchange asked, long nowNs) {
        return requestNs > 0 && nowNs - asked.startedNs() > requestNs
                ? new UpstreamFailure.RequestTimeout(requestNs)
                : null;
    }

    /// The failure of a call whose time is over; null while it is not.
    ///
    /// @param isAwaited whether the endpoint has the whole request and no answer has begun
    @Nullable
    UpstreamFailure tried(Exchange asked, UpstreamTry tried, boolean isAwaited, long nowNs) {
        UpstreamFailure over = waited(asked, nowNs);
        if (over != null) {
            return over;
        }
        LoopEndpoint endpoint = tried.endpoint();
        if (tryNs > 0 && nowNs - tried.startedNs() > tryNs) {
            return endpoint == null
                    ? new UpstreamFailure.RequestTimeout(tryNs)
                    : new UpstreamFailure.BackendRequestTimeout(endpoint.endpoint(), tryNs, isAwaited);
        }
        long idleNs = Math.max(IDLE_TIMEOUT_NS, tryNs);
        return nowNs - tried.lastByteNs() > idleNs && asked.isWritable() ? idle(tried, isAwaited, idleNs) : null;
    }

    /// Whether the time that is over is one that a policy gives for the answer.
    static boolean isOfPolicy(UpstreamFailure over) {
        return over instanceof UpstreamFailure.RequestTimeout || over instanceof UpstreamFailure.BackendRequestTimeout;
    }

    /// The failure of another protocol's connection that nobody has used for too long; null while it is not.
    static @Nullable UpstreamFailure switched(UpstreamTry tried, long nowNs) {
        return nowNs - tried.lastByteNs() > SWITCHED_IDLE_NS ? idle(tried, false, SWITCHED_IDLE_NS) : null;
    }

    private static UpstreamFailure idle(UpstreamTry tried, boolean isAwaited, long idleNs) {
        LoopEndpoint endpoint = tried.endpoint();
        return endpoint == null
                ? new UpstreamFailure.RequestTimeout(idleNs)
                : new UpstreamFailure.StreamIdleTimeout(endpoint.endpoint(), idleNs, isAwaited);
    }
}
