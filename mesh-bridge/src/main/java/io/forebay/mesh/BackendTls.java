package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// TLS to a backend: who must answer there, as the Gateway API's BackendTLSPolicy has it, and who calls.
///
/// @param serverName sent as SNI; without `subjectAltNames`, also the name the certificate must bear
/// @param authoritiesPem whose certificates are accepted, PEM; null for the authorities of the system
/// @param subjectAltNames names of which the certificate must bear one, instead of `serverName`
/// @param identity the certificate the gateway shows; null for none
public record BackendTls(
        String serverName,
        @Nullable String authoritiesPem,
        List<SubjectAltName> subjectAltNames,
        @Nullable Identity identity) {

    public BackendTls {
        requireNonNull(serverName, "serverName");
        subjectAltNames = List.copyOf(subjectAltNames);
    }

    /// A name that a certificate may bear (RFC 5280 section 4.2.1.6).
    public sealed interface SubjectAltName {
        /// A DNS name; compared without regard to case, never a pattern.
        record Dns(String name) implements SubjectAltName {}

        /// A URI, for instance a SPIFFE ID; compared exactly.
        record Uri(String uri) implements SubjectAltName {}
    }

    /// A certificate and its key, PEM.
    public record Identity(String chainPem, String keyPem) {
        public Identity {
            requireNonNull(chainPem, "chainPem");
            requireNonNull(keyPem, "keyPem");
        }

        /// Never the key.
        @Override
        public String toString() {
            return "Identity[" + chainPem.length() + " characters of certificates]";
        }
    }
}
