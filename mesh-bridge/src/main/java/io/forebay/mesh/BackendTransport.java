package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// How a backend is spoken to.
///
/// @param http the version of HTTP
/// @param tls whom to expect there and what to show; null for cleartext
public record BackendTransport(Http http, @Nullable BackendTls tls) {
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

    public BackendTransport {
        requireNonNull(http, "http");
    }
}
