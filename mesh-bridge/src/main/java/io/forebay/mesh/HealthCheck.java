package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How the endpoints of one backend are told to be well or not, beyond their breakers.
///
/// @param active what they are asked from time to time; null for nothing
/// @param passive what takes an endpoint out for the way it answers; null for its breaker by its own settings
/// @param panicPercent with fewer healthy endpoints than this, in percent, all are used; 0 for never
public record HealthCheck(@Nullable Active active, @Nullable Passive passive, int panicPercent) {
    public static final int PANIC_PERCENT_DEFAULT = 50;

    /// Nobody asks, and nobody panics.
    public static final HealthCheck NONE = new HealthCheck(null, null, 0);

    private static final long DURATION_MAX_NS = TimeUnit.HOURS.toNanos(24);

    public HealthCheck {
        require("panicPercent", panicPercent, 0, 100);
    }

    /// Whether so few endpoints are healthy that all are used.
    public boolean isPanic(int healthy, int endpoints) {
        return panicPercent > 0 && healthy * 100 < panicPercent * endpoints;
    }

    /// Probes of each endpoint.
    ///
    /// @param intervalNs between the begins of two probes
    /// @param timeoutNs for one probe, name and connection included
    /// @param unhealthyThreshold failures in a row that take it out; the first probe of all decides alone
    /// @param healthyThreshold successes in a row that take it back in
    public record Active(long intervalNs, long timeoutNs, int unhealthyThreshold, int healthyThreshold, Probe probe) {
        public Active {
            require("intervalNs", intervalNs, 1, DURATION_MAX_NS);
            require("timeoutNs", timeoutNs, 1, DURATION_MAX_NS);
            require("unhealthyThreshold", unhealthyThreshold, 1, 1_000);
            require("healthyThreshold", healthyThreshold, 1, 1_000);
            requireNonNull(probe, "probe");
        }

        /// When the next probe is due after one that began at `begunNs`: up to a tenth later than the interval
        /// says, so that endpoints are not asked in step.
        ///
        /// @param random any number
        public long nextNs(long begunNs, long random) {
            return begunNs + intervalNs + Long.remainderUnsigned(random, intervalNs / 10 + 1);
        }
    }

    /// What a probe does.
    public sealed interface Probe {
        /// A connection that stands is enough, with TLS one whose handshake is made.
        record Tcp() implements Probe {}

        /// A request on a connection of its own.
        ///
        /// @param hostname whom it is for; null for [Endpoint#authority()]
        record Http(
                String method,
                String path,
                Set<Integer> expectedStatuses,
                @Nullable String hostname) implements Probe {
            public Http {
                requireNonNull(method, "method");
                requireNonNull(path, "path");
                expectedStatuses = Set.copyOf(expectedStatuses);
                if (expectedStatuses.isEmpty()) {
                    throw new IllegalArgumentException("no status is expected");
                }
            }

            /// One that is for the endpoint itself.
            public Http(String method, String path, Set<Integer> expectedStatuses) {
                this(method, path, expectedStatuses, null);
            }
        }

        /// A call of the gRPC health checking protocol (`grpc.health.v1.Health/Check`), which `SERVING` answers.
        ///
        /// @param service which of its services; empty for the server as a whole
        record Grpc(String service) implements Probe {
            public Grpc {
                requireNonNull(service, "service");
            }
        }
    }

    /// Ejection: an endpoint whose breaker opens is out for a time that grows with each time it is.
    ///
    /// @param consecutiveFailures answers of 500 and above, and failed connections, in a row
    /// @param intervalNs each this long without an ejection takes one from the count that the time grows by
    /// @param baseEjectionNs the first ejection; the second takes twice as long, and so on, up to
    ///     [#EJECTION_MAX_NS] or this if it is longer
    /// @param maxEjectionPercent of the endpoints, at most; see [#ejectionsMax(int)]
    /// @param failurePercentMax of the calls within `intervalNs`; from there on it is out, 0 for never
    public record Passive(
            int consecutiveFailures,
            long intervalNs,
            long baseEjectionNs,
            int maxEjectionPercent,
            int failurePercentMax) {
        public static final long EJECTION_MAX_NS = TimeUnit.SECONDS.toNanos(300);

        public Passive {
            require("consecutiveFailures", consecutiveFailures, 1, 1_000_000);
            require("intervalNs", intervalNs, 1, DURATION_MAX_NS);
            require("baseEjectionNs", baseEjectionNs, 1, DURATION_MAX_NS);
            require("maxEjectionPercent", maxEjectionPercent, 0, 100);
            require("failurePercentMax", failurePercentMax, 0, 100);
        }

        /// By failures in a row alone.
        public Passive(int consecutiveFailures, long intervalNs, long baseEjectionNs, int maxEjectionPercent) {
            this(consecutiveFailures, intervalNs, baseEjectionNs, maxEjectionPercent, 0);
        }

        /// How many of so many endpoints may be out at a time: the share, rounded down, but one of two or more.
        public int ejectionsMax(int endpoints) {
            int share = endpoints * maxEjectionPercent / 100;
            return share == 0 && maxEjectionPercent > 0 && endpoints > 1 ? 1 : share;
        }
    }

    private static void require(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " must be " + min + " to " + max + ": " + value);
        }
    }
}
