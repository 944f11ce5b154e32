package io.forebay.policy.document;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `ClientTrafficPolicy.spec`: what holds between clients and the ports of a Gateway, under Envoy Gateway's names.
public record ClientTrafficPolicySpec(
        List<TargetRef> targetRefs,
        @Nullable Mode mode,
        @Nullable ProxyProtocol proxyProtocol,
        @Nullable Http3 http3,
        @Nullable Connection connection,
        @Nullable Http2 http2,
        @Nullable Timeout timeout) {

    /// HTTP/3 beside HTTP/1.1 and HTTP/2.
    public record Http3() {}

    /// A header of the PROXY protocol in front of each connection.
    ///
    /// @param optional whether it may be missing; absent: no
    /// @param trustedCIDRs from where it is believed
    public record ProxyProtocol(@Nullable Boolean optional, List<String> trustedCIDRs) {}

    public record Connection(@Nullable ConnectionLimit connectionLimit) {}

    /// How many connections may be open at a time.
    ///
    /// @param value of the port
    /// @param perClientAddress of one client on it
    public record ConnectionLimit(
            @Nullable Integer value, @Nullable Integer perClientAddress) {}

    public record Http2(
            @Nullable Integer maxConcurrentStreams,
            @Nullable ByteSize initialStreamWindowSize,
            @Nullable ByteSize initialConnectionWindowSize) {}

    public record Timeout(@Nullable HttpTimeout http) {}

    /// How long a client may take.
    ///
    /// @param minBodyRate bytes a second
    public record HttpTimeout(
            @Nullable Duration requestReceivedTimeout,
            @Nullable Duration idleTimeout,
            @Nullable ByteSize minBodyRate) {}
}
