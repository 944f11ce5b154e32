package io.forebay.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How one Backend is spoken to: the version of HTTP, and TLS where a BackendTLSPolicy asks for it.
///
/// @param tls null for cleartext
/// @param proxyProtocol which header tells the backend of each connection's client; null for none
public record TransportPolicy(
        Http http, @Nullable Tls tls, @Nullable ProxyVersion proxyProtocol) {
    /// Cleartext HTTP/1.1.
    public static final TransportPolicy DEFAULT = new TransportPolicy(Http.ANY, null);

    public TransportPolicy(Http http, @Nullable Tls tls) {
        this(http, tls, null);
    }

    /// Versions of the PROXY protocol.
    public enum ProxyVersion {
        V1,
        V2
    }

    /// Versions of HTTP.
    public enum Http {
        /// What the TLS handshake agrees on; HTTP/1.1 in cleartext.
        ANY,
        VERSION_1,
        /// In cleartext spoken without asking.
        VERSION_2
    }

    /// Whom to expect, and what to show.
    ///
    /// @param serverName sent as SNI; without `subjectAltNames`, also the name the certificate must bear
    /// @param caPem whose certificates are accepted; null for the authorities of the system
    /// @param subjectAltNames of which the certificate must bear one
    /// @param clientCertificate what the gateway shows, or null
    public record Tls(
            String serverName,
            @Nullable String caPem,
            List<AltName> subjectAltNames,
            @Nullable ServerCertificate clientCertificate) {
        public Tls {
            subjectAltNames = List.copyOf(subjectAltNames);
        }
    }

    /// A name that a certificate may bear.
    public record AltName(Type type, String value) {
        /// Kinds of names.
        public enum Type {
            HOSTNAME,
            URI
        }
    }

    /// The same, with a header in front of each connection, which is one client's then: HTTP/1.1.
    public TransportPolicy withProxyProtocol(ProxyVersion version) {
        return new TransportPolicy(Http.VERSION_1, tls, version);
    }

    /// The same, with a version of HTTP where none was asked for.
    public TransportPolicy orHttp(Http version) {
        return http == Http.ANY && tls == null ? new TransportPolicy(version, null) : this;
    }
}
