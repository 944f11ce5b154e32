package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// One place where a backend listens. `host` is a DNS name or an IP literal (IPv6 without brackets), resolved by the
/// connector of the gateway, or the absolute path of a Unix socket, whose `port` is 0. `weight` is this endpoint's
/// share of its backend's calls; 0 gets none. Endpoints of a higher `priority` number, 0 to [#PRIORITY_MAX], get calls
/// only while none of a lower one is healthy (RFC 2782).
///
/// @param name under which an address was found, which a server may want to hear; null for what stands in the policy
/// @param zone in which it is; null where the policy does not say
public record Endpoint(
        String host,
        int port,
        int weight,
        int priority,
        @Nullable String name,
        @Nullable String zone) {
    public static final int WEIGHT_MAX = 65_535;
    public static final int PRIORITY_MAX = 65_535;

    public Endpoint {
        requireNonNull(host, "host");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host must not be empty");
        }
        boolean isUnix = host.startsWith("/");
        if (isUnix && port != 0) {
            throw new IllegalArgumentException("port of a Unix socket must be 0: " + port);
        }
        if (!isUnix && (port < 1 || port > 65_535)) {
            throw new IllegalArgumentException("port must be 1 to 65535: " + port);
        }
        if (weight < 0 || weight > WEIGHT_MAX) {
            throw new IllegalArgumentException("weight must be 0 to " + WEIGHT_MAX + ": " + weight);
        }
        if (priority < 0 || priority > PRIORITY_MAX) {
            throw new IllegalArgumentException("priority must be 0 to " + PRIORITY_MAX + ": " + priority);
        }
    }

    public Endpoint(String host, int port, int weight, int priority, @Nullable String name) {
        this(host, port, weight, priority, name, null);
    }

    public Endpoint(String host, int port, int weight, int priority) {
        this(host, port, weight, priority, null);
    }

    public Endpoint(String host, int port, int weight) {
        this(host, port, weight, 0);
    }

    public Endpoint(String host, int port) {
        this(host, port, 1);
    }

    /// A Unix socket.
    public static Endpoint unix(String path) {
        return new Endpoint(path, 0, 1);
    }

    /// The same in a zone.
    public Endpoint inZone(@Nullable String wanted) {
        return new Endpoint(host, port, weight, priority, name, wanted);
    }

    /// What a request of the gateway's own has as `Host` there (RFC 9110 section 7.2).
    public String authority() {
        if (isUnix()) {
            return "localhost";
        }
        return name == null ? toString() : name + ":" + port;
    }

    /// Whether this is a Unix socket.
    public boolean isUnix() {
        return port == 0;
    }

    /// Whether both are the same listening place, whatever their weights: the identity by which a breaker is kept.
    public boolean hasAddressOf(Endpoint other) {
        return port == other.port && host.equals(other.host);
    }

    @Override
    public String toString() {
        if (isUnix()) {
            return "unix:" + host;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
