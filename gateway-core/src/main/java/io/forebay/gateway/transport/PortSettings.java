package io.forebay.gateway.transport;

import io.forebay.gateway.tls.DownstreamTls;
import io.forebay.policy.ClientTraffic;
import org.jspecify.annotations.Nullable;

/// What the policy now wants of new connections to a port. Written by whoever publishes policies, read as
/// connections come.
final class PortSettings {
    private volatile Current current;

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

    void follow(Current next) {
        current = next;
    }
}
