package io.forebay.admin.server;

import java.time.Duration;

/// Where the health port listens: boot configuration, fixed until the next start. Plain HTTP, without a token, for
/// those that ask from outside whether traffic should come.
///
/// @param host an address or name of this machine; any
/// @param port 0 lets the system choose
/// @param hasMetrics whether `/metrics` is answered there too
/// @param callTimeout how long a call may wait for the gateway
public record HealthSettings(String host, int port, boolean hasMetrics, Duration callTimeout) {
    public static final String HOST_DEFAULT = "0.0.0.0";

    private static final Duration CALL_TIMEOUT_DEFAULT = Duration.ofSeconds(5);
    private static final int PORT_MAX = 65_535;

    public HealthSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("health.host must not be empty");
        }
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("health.port must be 0 to " + PORT_MAX + ": " + port);
        }
        if (callTimeout.isNegative() || callTimeout.isZero()) {
            throw new IllegalArgumentException("health.callTimeout must be more than 0: " + callTimeout);
        }
    }

    /// The same with the time that a call may wait by default.
    public HealthSettings(String host, int port, boolean hasMetrics) {
        this(host, port, hasMetrics, CALL_TIMEOUT_DEFAULT);
    }
}
