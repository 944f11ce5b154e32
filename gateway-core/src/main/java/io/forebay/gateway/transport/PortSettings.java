package io.forebay.gateway.transport;

import io.forebay.gateway.tls.DownstreamTls;
import io.forebay.policy.ClientTraffic;
import org.jspecify.annotations.Nullable;

/// What the policy now wants of new connections to a port. Written by whoever publishes policies, read as
/// connections come.
final class PortSettings {
    private volatile Current current;
    private volatile @Nullable Http3Port http3;

    /// What holds together.
    ///
    /// @param tls what terminates TLS, or null
    record Current(
            ClientTraffic traffic,
            Relayed relayed,
            @Nullable DownstreamTls tls) {}

    PortSettings(Current current) {
        this.current = current;
    }

    Current current() {
        return current;
    }

    /// HTTP/3 beside it, or null.
    @Nullable
    Http3Port http3() {
        return http3;
    }

    void http3(@Nullable Http3Port next) {
        http3 = next;
    }

    /// What clients of the port are told of HTTP/3, or null.
    @Nullable
    String altSvc() {
        Http3Port beside = http3;
        return beside == null ? null : beside.altSvc();
    }

    void follow(Current next) {
        current = next;
    }
}
