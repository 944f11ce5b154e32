package io.forebay.policy.document;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `BackendTrafficPolicy.spec`: how much may pass, and who goes where. What is said of routes has routes or Gateways as
/// targets, what is said of a Backend itself has Backends.
public record BackendTrafficPolicySpec(
        List<TargetRef> targetRefs,
        @Nullable Mode mode,
        @Nullable RateLimit rateLimit,
        @Nullable Split split,
        @Nullable FaultInjection faultInjection,
        @Nullable Retry retry,
        BackendSettingsSpec.@Nullable CircuitBreaker circuitBreaker,
        BackendSettingsSpec.@Nullable AdaptiveConcurrency adaptiveConcurrency,
        BackendSettingsSpec.@Nullable AdmissionControl admissionControl,
        BackendSettingsSpec.@Nullable LoadBalancer loadBalancer,
        BackendSettingsSpec.@Nullable HealthCheck healthCheck,
        BackendSettingsSpec.@Nullable ProxyProtocol proxyProtocol,
        BackendSettingsSpec.@Nullable Dns dns,
        BackendSettingsSpec.@Nullable Hedging hedging,
        BackendConnectionSpec.@Nullable Timeout timeout,
        BackendConnectionSpec.@Nullable TcpKeepalive tcpKeepalive,
        BackendConnectionSpec.@Nullable Connection connection) {

    public record RateLimit(Local local) {}

    public record Local(List<Rule> rules) {}

    /// One limit.
    ///
    /// @param key what is counted; absent: all requests together
    public record Rule(String name, @Nullable LimitKey key, Limit limit) {}

    /// A weighted split that keeps everybody on one side.
    public record Split(SplitBy by) {}

    /// Who is kept: exactly one of them.
    public record SplitBy(
            @Nullable String header,
            @Nullable String cookie,
            @Nullable String claim,
            @Nullable Present ip) {}

    /// Faults that are made on purpose: slow calls, and calls that fail.
    public record FaultInjection(
            @Nullable Delay delay, @Nullable Abort abort) {}

    /// What is kept of requests for the `retry` of their rule.
    ///
    /// @param bodyLimit of a body
    public record Retry(ByteSize bodyLimit) {}

    /// How long calls wait before they are made.
    ///
    /// @param percentage of the calls, with fractions; absent: all
    public record Delay(Duration fixedDelay, @Nullable Double percentage) {}

    /// What calls are answered with instead of being made: exactly one status.
    ///
    /// @param percentage of the calls, with fractions; absent: all
    public record Abort(
            @Nullable Integer httpStatus,
            @Nullable Integer grpcStatus,
            @Nullable Double percentage) {}

    /// What is counted: one of them, or several together as one composite key.
    public record LimitKey(
            @Nullable String claim,
            @Nullable String header,
            @Nullable Present ip,
            @Nullable Present certificate,
            @Nullable Present tenant) {}

    /// A choice without further settings, written `{}`.
    public record Present() {}

    /// How many requests a unit of time allows.
    ///
    /// @param burst most requests at once; absent: `requests`
    public record Limit(long requests, Unit unit, @Nullable Long burst) {}

    public enum Unit {
        @Key("Second")
        SECOND(1),
        @Key("Minute")
        MINUTE(60),
        @Key("Hour")
        HOUR(3_600),
        @Key("Day")
        DAY(86_400);

        private final long seconds;

        Unit(long seconds) {
            this.seconds = seconds;
        }

        public long seconds() {
            return seconds;
        }
    }
}
