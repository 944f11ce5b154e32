package io.forebay.policy.document;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a `BackendTrafficPolicy` says of a Backend itself, under Envoy Gateway's names.
public final class BackendSettingsSpec {
    /// `adaptiveConcurrency.minRequests` where it is not given.
    public static final int MIN_REQUESTS = 3;

    /// `adaptiveConcurrency.maxRequests` where it is not given.
    public static final int MAX_REQUESTS = 1_000;

    private BackendSettingsSpec() {}

    /// `circuitBreaker`: how much of it may be used at a time, over all routes.
    ///
    /// @param maxParallelRequests requests that hold a connection
    /// @param maxRequestsPerConnection what one connection carries before it is given up
    public record CircuitBreaker(
            @Nullable Integer maxConnections,
            @Nullable Integer maxPendingRequests,
            @Nullable Integer maxParallelRequests,
            @Nullable Integer maxRequestsPerConnection) {}

    /// `adaptiveConcurrency`: the number of requests follows the time that answers take.
    ///
    /// @param slackPercent by how much slower than the fastest answers may be
    public record AdaptiveConcurrency(
            @Nullable Integer minRequests,
            @Nullable Integer maxRequests,
            @Nullable Duration updateInterval,
            @Nullable Integer slackPercent,
            @Nullable Duration probeInterval) {}

    /// `admissionControl`: of calls that mostly fail some are not made.
    ///
    /// @param minSuccessRate in percent
    /// @param minRequestRate a second
    public record AdmissionControl(
            @Nullable Duration samplingWindow,
            @Nullable Double minSuccessRate,
            @Nullable Integer rejectionAggression,
            @Nullable Integer minRequestRate,
            @Nullable Double maxRejectionPercent) {}

    /// `loadBalancer`: which endpoint a call goes to.
    public record LoadBalancer(
            Balance type,
            @Nullable SlowStart slowStart,
            @Nullable ConsistentHash consistentHash,
            @Nullable ZoneAware zoneAware) {}

    /// `loadBalancer.zoneAware`: whether the gateway's own zone goes first.
    public record ZoneAware(PreferLocal preferLocal) {}

    public record PreferLocal(@Nullable Force force) {}

    /// `force`: the zone takes all calls.
    ///
    /// @param minEndpointsInZoneThreshold with so many healthy endpoints the zone takes all calls; absent: 1
    public record Force(@Nullable Integer minEndpointsInZoneThreshold) {}

    public enum Balance {
        @Key("RoundRobin")
        ROUND_ROBIN,
        @Key("LeastRequest")
        LEAST_REQUEST,
        @Key("ConsistentHash")
        CONSISTENT_HASH,
        @Key("PeakEWMA")
        PEAK_EWMA
    }

    public record SlowStart(Duration window) {}

    public record ConsistentHash(
            HashSource type,
            @Nullable Named header,
            @Nullable Named cookie) {}

    public enum HashSource {
        @Key("SourceIP")
        SOURCE_IP,
        @Key("Header")
        HEADER,
        @Key("Cookie")
        COOKIE
    }

    public record Named(String name) {}

    /// `healthCheck`: which endpoints are well.
    ///
    /// @param panicThreshold in percent
    public record HealthCheck(
            @Nullable Active active,
            @Nullable Passive passive,
            @Nullable Integer panicThreshold) {}

    /// Probes; exactly one of `http`, `tcp`, `grpc`, but that `type: GRPC` may stand for the last.
    ///
    /// @param type which of them, for those who write it down
    public record Active(
            @Nullable Duration timeout,
            @Nullable Duration interval,
            @Nullable Integer unhealthyThreshold,
            @Nullable Integer healthyThreshold,
            @Nullable ProbeType type,
            @Nullable Http http,
            BackendTrafficPolicySpec.@Nullable Present tcp,
            @Nullable Grpc grpc) {}

    public enum ProbeType {
        @Key("HTTP")
        HTTP,
        @Key("TCP")
        TCP,
        @Key("GRPC")
        GRPC
    }

    /// `http`: a request that is answered as expected.
    ///
    /// @param hostname absent: the endpoint's
    public record Http(
            String path,
            @Nullable String method,
            List<Integer> expectedStatuses,
            @Nullable String hostname) {}

    /// `grpc`: a call of the gRPC health checking protocol.
    ///
    /// @param service absent: the server as a whole
    public record Grpc(@Nullable String service) {}

    /// `proxyProtocol`: the backend is told by a header whom a connection is for.
    public record ProxyProtocol(ProxyVersion version) {}

    public enum ProxyVersion {
        @Key("V1")
        V1,
        @Key("V2")
        V2
    }

    /// `dns`: how its names are looked up.
    ///
    /// @param dnsRefreshRate the longest time between two lookups of a name
    public record Dns(
            @Nullable Duration dnsRefreshRate,
            @Nullable Boolean respectDnsTtl,
            @Nullable LookupFamily lookupFamily) {}

    public enum LookupFamily {
        @Key("IPv4")
        IPV4,
        @Key("IPv6")
        IPV6,
        @Key("IPv4Preferred")
        IPV4_PREFERRED,
        @Key("IPv6Preferred")
        IPV6_PREFERRED,
        @Key("IPv4AndIPv6")
        IPV4_AND_IPV6
    }

    /// `hedging`: when a call that is slow to be answered is made a second time, at another endpoint.
    ///
    /// @param percentile of the backend's recent times to the first byte
    /// @param minDelay what is waited at least
    public record Hedging(
            @Nullable Integer percentile, @Nullable Duration minDelay) {}

    public record Passive(
            @Nullable Integer consecutive5XxErrors,
            @Nullable Duration interval,
            @Nullable Duration baseEjectionTime,
            @Nullable Integer maxEjectionPercent,
            @Nullable Integer failurePercentageThreshold) {}
}
