package io.forebay.policy.document;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a `BackendTrafficPolicy` says of the connections to a Backend, under Envoy Gateway's names but for
/// `perEndpointConnections`, which is ours.
public final class BackendConnectionSpec {
    private BackendConnectionSpec() {}

    public record Timeout(@Nullable Tcp tcp, @Nullable Http http) {}

    /// `timeout.tcp`.
    ///
    /// @param connectTimeout until a connection stands
    public record Tcp(@Nullable Duration connectTimeout) {}

    /// `timeout.http`.
    ///
    /// @param connectionIdleTimeout how long one may rest
    /// @param maxConnectionDuration how old one may become
    public record Http(
            @Nullable Duration connectionIdleTimeout,
            @Nullable Duration maxConnectionDuration) {}

    /// `tcpKeepalive`: when the kernel asks whether anybody is at the other end.
    ///
    /// @param probes not answered before the connection is given up
    /// @param idleTime of silence before the first; whole seconds
    /// @param interval between two; whole seconds
    public record TcpKeepalive(
            @Nullable Integer probes,
            @Nullable Duration idleTime,
            @Nullable Duration interval) {}

    public record Connection(@Nullable Preconnect preconnect) {}

    /// `connection.preconnect`: connections that are open before a call wants one.
    public record Preconnect(int perEndpointConnections) {}
}
