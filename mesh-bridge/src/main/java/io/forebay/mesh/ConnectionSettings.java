package io.forebay.mesh;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The life of connections to one backend.
///
/// @param connectTimeoutNs until the connection stands, without TLS; 1 ms to 1 min
/// @param idleTimeoutNs how long one may rest, where its server does not say less; 1 s to 24 h
/// @param durationMaxNs how old one may become, and up to a tenth less by chance; 1 s to 24 h, 0 for any age
/// @param requestsMax how many requests one carries; 0 for any number
/// @param preconnected how many each endpoint has ready, over all loops but at least one a loop; 0 for none
/// @param keepalive null for the system's times
public record ConnectionSettings(
        long connectTimeoutNs,
        long idleTimeoutNs,
        long durationMaxNs,
        int requestsMax,
        int preconnected,
        @Nullable TcpKeepalive keepalive) {
    public static final int PRECONNECTED_MAX = 1_024;

    /// What holds where the policy says nothing.
    public static final ConnectionSettings DEFAULT =
            new ConnectionSettings(TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(50), 0, 0, 0, null);

    public ConnectionSettings {
        require("connectTimeoutNs", connectTimeoutNs, TimeUnit.MILLISECONDS.toNanos(1), TimeUnit.MINUTES.toNanos(1));
        require("idleTimeoutNs", idleTimeoutNs, TimeUnit.SECONDS.toNanos(1), TimeUnit.HOURS.toNanos(24));
        if (durationMaxNs != 0) {
            require("durationMaxNs", durationMaxNs, TimeUnit.SECONDS.toNanos(1), TimeUnit.HOURS.toNanos(24));
        }
        require("requestsMax", requestsMax, 0, Integer.MAX_VALUE);
        require("preconnected", preconnected, 0, PRECONNECTED_MAX);
    }

    /// Whether connections are given up for what they have done, and not only for what they do not.
    public boolean isLifeLimited() {
        return durationMaxNs > 0 || requestsMax > 0;
    }

    /// How old a connection may become that opens now: never more than the limit, and up to a tenth less, so that
    /// those that were opened together do not end together.
    ///
    /// @param random any number
    /// @return 0 for any age
    public long lifetimeNs(long random) {
        return durationMaxNs - Long.remainderUnsigned(random, durationMaxNs / 10 + 1);
    }

    /// How many connections one of so many loops keeps ready to an endpoint.
    public int preconnectedOf(int loops) {
        return (preconnected + loops - 1) / loops;
    }

    private static void require(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " must be " + min + " to " + max + ": " + value);
        }
    }
}
