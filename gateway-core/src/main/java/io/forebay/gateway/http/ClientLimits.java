package io.forebay.gateway.http;

import io.forebay.policy.ClientTraffic;
import java.util.concurrent.TimeUnit;

/// How long a client may take, whichever version of HTTP it speaks. Looked at by sweeps of [Deadlines].
final class ClientLimits {
    /// From the first byte of a head to its last.
    static final long HEAD_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    /// Without a request, and with nothing left to be taken of an answer, unless a policy says otherwise.
    static final long IDLE_TIMEOUT_NS = ClientTraffic.Timeouts.DEFAULT.idleNs();

    /// Between two pieces of a body that the gateway waits for.
    static final long BODY_IDLE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    /// Without taking anything of an answer.
    static final long ANSWER_STUCK_NS = TimeUnit.MINUTES.toNanos(5);

    /// How long a client that has closed its sending side waits for an answer to begin; then it counts as gone.
    static final long HALF_CLOSED_NS = TimeUnit.SECONDS.toNanos(5);

    /// How long the gateway waits for a client to close that knows that nothing follows.
    static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);

    private ClientLimits() {}

    /// How long a client of HTTP/1.1 has rested when a drain closes its connection. One who asks more often is told by
    /// its next answer instead: the request that it sends meanwhile would be lost to the close.
    static final long DRAIN_REST_NS = TimeUnit.SECONDS.toNanos(1);
}
