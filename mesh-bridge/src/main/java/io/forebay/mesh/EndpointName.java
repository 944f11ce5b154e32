package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// A name of the DNS under which endpoints of a backend are found.
///
/// @param hostname without brackets or a port; with `port` 0 the name of SRV records (RFC 2782)
/// @param port where the addresses listen; 0 where SRV records say so
/// @param zone in which they are; null where the policy does not say
public record EndpointName(
        String hostname, int port, @Nullable String zone) {
    public EndpointName {
        requireNonNull(hostname, "hostname");
        if (hostname.isEmpty()) {
            throw new IllegalArgumentException("hostname must not be empty");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535: " + port);
        }
    }

    public EndpointName(String hostname, int port) {
        this(hostname, port, null);
    }

    /// The name of SRV records.
    public static EndpointName service(String hostname) {
        return new EndpointName(hostname, 0);
    }

    /// Whether SRV records say where it listens.
    public boolean isService() {
        return port == 0;
    }
}
