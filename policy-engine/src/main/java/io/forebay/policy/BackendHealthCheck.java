package io.forebay.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the endpoints of one backend are told to be well or not, beyond their breakers.
///
/// @param active null for no probes
/// @param passive null for no ejection
/// @param panicPercent with fewer healthy endpoints than this all are used; 0 for never
public record BackendHealthCheck(
        @Nullable Active active, @Nullable Passive passive, int panicPercent) {
    public static final BackendHealthCheck NONE = new BackendHealthCheck(null, null, 0);

    public static final int PANIC_PERCENT_DEFAULT = 50;

    /// Probes of each endpoint.
    public record Active(long intervalNs, long timeoutNs, int unhealthyThreshold, int healthyThreshold, Probe probe) {}

    /// What an endpoint is asked.
    public sealed interface Probe {}

    /// A connection that stands is enough.
    public record Tcp() implements Probe {}

    /// One request.
    ///
    /// @param expectedStatuses at least one
    /// @param hostname whom it is for; null for the endpoint
    public record Http(
            String method,
            String path,
            List<Integer> expectedStatuses,
            @Nullable String hostname) implements Probe {
        public Http {
            expectedStatuses = List.copyOf(expectedStatuses);
        }

        /// One that is for the endpoint itself.
        public Http(String method, String path, List<Integer> expectedStatuses) {
            this(method, path, expectedStatuses, null);
        }
    }

    /// One call of the gRPC health checking protocol.
    ///
    /// @param service empty for the server as a whole
    public record Grpc(String service) implements Probe {}

    /// When an endpoint is out for the way it answers, and for how long.
    public record Passive(
            int consecutive5XxErrors,
            long intervalNs,
            long baseEjectionNs,
            int maxEjectionPercent,
            int failurePercentMax) {}
}
