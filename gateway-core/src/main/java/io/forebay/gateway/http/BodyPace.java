package io.forebay.gateway.http;

import io.forebay.policy.ClientTraffic;
import java.util.concurrent.TimeUnit;

/// Whether the body of a request comes too slowly: not whole within the time that the policy gives a request,
/// or at less than its rate, on the average of [#WINDOW_NS] in which the gateway was reading all the time.
/// Pure; looked at by the sweeps of the time limits. One a stream of a client.
final class BodyPace {
    static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(10);

    private final ClientTraffic.Timeouts limits;
    private final long windowBytesMin;
    private long windowNs;
    private long windowBytes;

    BodyPace(ClientTraffic.Timeouts limits) {
        this.limits = limits;
        this.windowBytesMin = limits.bodyBytesPerSecondMin() * TimeUnit.NANOSECONDS.toSeconds(WINDOW_NS);
    }

    /// A request begins.
    void begin(long nowNs) {
        windowNs = nowNs;
        windowBytes = 0;
    }

    /// Looks at the body of a request, which is not whole. A client that awaits `100 Continue` cannot send either.
    ///
    /// @param isRead whether the gateway reads it
    boolean isTooSlow(Exchange exchange, boolean isRead, long nowNs) {
        boolean maySend = isRead && !exchange.isContinueAwaited();
        return isTooSlow(exchange.startedNs(), exchange.requestBytes(), maySend, nowNs);
    }

    /// Looks at a body that is not whole.
    ///
    /// @param startedNs when its request began
    /// @param bytes how much of it has come
    /// @param isRead whether the gateway reads it: while it does not, the client cannot send
    boolean isTooSlow(long startedNs, long bytes, boolean isRead, long nowNs) {
        if (limits.requestNs() > 0 && nowNs - startedNs > limits.requestNs()) {
            return true;
        }
        if (!isRead) {
            windowNs = nowNs;
            windowBytes = bytes;
            return false;
        }
        if (nowNs - windowNs < WINDOW_NS) {
            return false;
        }
        boolean isSlow = bytes - windowBytes < windowBytesMin;
        windowNs = nowNs;
        windowBytes = bytes;
        return isSlow;
    }
}
