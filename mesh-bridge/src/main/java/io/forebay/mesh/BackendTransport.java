package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// How a backend is spoken to.
///
/// @param http the version of HTTP
/// @param tls whom to expect there and what to show; null for cleartext
/// @param proxyProtocol the header that tells the backend whom each connection is for; null for none
public record BackendTransport(
        Http http, @Nullable BackendTls tls, @Nullable ProxyVersion proxyProtocol) {
    /// Cleartext HTTP/1.1.
    public static final BackendTransport DEFAULT = new BackendTransport(Http.ANY, null);

    /// Versions of HTTP.
    public enum Http {
        /// Whatever the TLS handshake agrees on (RFC 7301); HTTP/1.1 in cleartext.
        ANY,
        /// HTTP/1.1 only.
        VERSION_1,
        /// HTTP/2 only; in cleartext without asking (RFC 9113 section 3.3).
        VERSION_2
    }

    /// Versions of the PROXY protocol.
    public enum ProxyVersion {
        V1,
        V2
    }

    public BackendTransport {
        requireNonNull(http, "http");
        if (proxyProtocol != null && http != Http.VERSION_1) {
            throw new IllegalArgumentException("a connection of one client is HTTP/1.1, not " + http);
        }
    }

    public BackendTransport(Http http, @Nullable BackendTls tls) {
        this(http, tls, null);
    }
}
