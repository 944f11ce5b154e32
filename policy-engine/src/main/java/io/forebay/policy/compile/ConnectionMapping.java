package io.forebay.policy.compile;

import io.forebay.policy.BackendConnections;
import io.forebay.policy.document.BackendConnectionSpec;
import io.forebay.policy.document.BackendSettingsSpec;
import io.forebay.policy.document.BackendTrafficPolicySpec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a BackendTrafficPolicy says of the connections to its Backend, with the defaults for the rest.
final class ConnectionMapping {
    private ConnectionMapping() {}

    static BackendConnections connections(BackendTrafficPolicySpec settings) {
        BackendConnections standard = BackendConnections.DEFAULT;
        BackendConnectionSpec.Timeout timeout = settings.timeout();
        BackendConnectionSpec.Tcp tcp = timeout == null ? null : timeout.tcp();
        BackendConnectionSpec.Http http = timeout == null ? null : timeout.http();
        BackendSettingsSpec.CircuitBreaker breaker = settings.circuitBreaker();
        return new BackendConnections(
                tcp == null ? standard.connectTimeoutNs() : ns(tcp.connectTimeout(), standard.connectTimeoutNs()),
                http == null ? standard.idleTimeoutNs() : ns(http.connectionIdleTimeout(), standard.idleTimeoutNs()),
                http == null ? standard.durationMaxNs() : ns(http.maxConnectionDuration(), standard.durationMaxNs()),
                breaker == null ? standard.requestsMax() : or(breaker.maxRequestsPerConnection(), 0),
                preconnected(settings.connection()),
                keepalive(settings.tcpKeepalive()));
    }

    private static int preconnected(BackendConnectionSpec.@Nullable Connection connection) {
        return connection == null || connection.preconnect() == null
                ? 0
                : connection.preconnect().perEndpointConnections();
    }

    private static BackendConnections.@Nullable Keepalive keepalive(
            BackendConnectionSpec.@Nullable TcpKeepalive keepalive) {
        return keepalive == null
                ? null
                : new BackendConnections.Keepalive(
                        or(keepalive.probes(), 0), seconds(keepalive.idleTime()), seconds(keepalive.interval()));
    }

    private static int seconds(@Nullable Duration said) {
        return said == null ? 0 : Math.toIntExact(said.toSeconds());
    }

    private static int or(@Nullable Integer said, int standard) {
        return said == null ? standard : said;
    }

    private static long ns(@Nullable Duration said, long standardNs) {
        return said == null ? standardNs : said.toNanos();
    }
}
