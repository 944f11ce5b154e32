package io.forebay.admin.server;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where and how the operators' interface listens: boot configuration, fixed until the next start.
///
/// @param host an address or name of this machine; one that is not loopback needs `tls`
/// @param port 0 lets the system choose
/// @param tls null for plain HTTP
/// @param hasOpenMetrics whether `/metrics` is answered without the token
/// @param callTimeout how long a call may wait for the gateway, the policy or the store
public record AdminSettings(
        String host, int port, @Nullable TlsFiles tls, boolean hasOpenMetrics, Duration callTimeout) {
    public static final String HOST_DEFAULT = "127.0.0.1";
    public static final int PORT_DEFAULT = 9901;

    private static final Duration CALL_TIMEOUT_DEFAULT = Duration.ofSeconds(10);
    private static final Duration CALL_TIMEOUT_MAX = Duration.ofMinutes(2);
    private static final int PORT_MAX = 65_535;

    public AdminSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("admin.host must not be empty");
        }
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("admin.port must be 0 to " + PORT_MAX + ": " + port);
        }
        if (callTimeout.isNegative() || callTimeout.isZero() || callTimeout.compareTo(CALL_TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException(
                    "admin.callTimeout must be more than 0 and at most " + CALL_TIMEOUT_MAX + ": " + callTimeout);
        }
    }

    /// Loopback, plain, metrics for operators.
    public static AdminSettings defaults() {
        return new AdminSettings(HOST_DEFAULT, PORT_DEFAULT, null, false, CALL_TIMEOUT_DEFAULT);
    }

    /// The same at another address.
    public static AdminSettings at(String host, int port) {
        return new AdminSettings(host, port, null, false, CALL_TIMEOUT_DEFAULT);
    }

    /// PEM files: the certificate chain, own certificate first, and its private key in PKCS#8.
    public record TlsFiles(Path certificate, Path key) {}
}
