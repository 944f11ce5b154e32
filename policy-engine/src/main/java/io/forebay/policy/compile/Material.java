package io.forebay.policy.compile;

import io.forebay.policy.ClientTrust;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.document.BackendSpec;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.SecurityPolicySpec;
import io.forebay.policy.offload.SigningKeys;
import io.forebay.policy.schema.SchemaFile;
import io.forebay.policy.token.KeySet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What checking an object produced beyond the document itself. It stays with the last good version, so that a key
/// file torn in the middle of a rotation does not take the working one with it. Two materials are equal if they mean
/// the same to the gateway.
sealed interface Material {

    /// The document says everything.
    record None() implements Material {}

    /// Certificates and keys of a Secret, FileSecret or ConfigMap, checked.
    record Pem(
            @Nullable String chainPem,
            @Nullable String keyPem,
            @Nullable String caPem,
            @Nullable SigningKeys signingKeys)
            implements Material {
        @Override
        public String toString() {
            return "Pem[...]";
        }
    }

    /// The endpoints in the file that a Backend names.
    record Endpoints(List<BackendSpec.Endpoint> endpoints) implements Material {}

    /// The versions of a Queue's schema, oldest first; equal to others of the same texts.
    record Schemas(List<SchemaFile> versions) implements Material {}

    /// What an OffloadPolicy signs its webhooks with.
    record Webhooks(SigningKeys keys) implements Material {}

    /// The key sets of a SecurityPolicy by provider name.
    record KeySets(Map<String, Jwks> byProvider) implements Material {
        KeySet of(SecurityPolicySpec.Provider provider) {
            Jwks jwks = byProvider.get(provider.name());
            if (jwks == null) {
                throw new IllegalStateException("provider " + provider.name() + " was accepted without keys");
            }
            return jwks.keys();
        }
    }

    /// A key set, equal to another of the same text.
    record Jwks(String text, KeySet keys) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Jwks that && text.equals(that.text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }

    /// The sound listeners of a Gateway by name.
    ///
    /// @param backendClient the certificate that is shown to backends, or null
    record Listeners(
            Map<String, ListenerTls> byName, @Nullable ServerCertificate backendClient) implements Material {}

    /// Whose certificates a BackendTLSPolicy accepts; null for the authorities of the system.
    record BackendTrust(@Nullable String caPem) implements Material {}

    /// The TLS side of a listener; empty for HTTP.
    record ListenerTls(
            List<ServerCertificate> certificates, @Nullable ClientTrust clientTrust) {}

    /// Where an HTTPRoute is served.
    record Attached(List<Parent> parents) implements Material {}

    /// One listener that takes a route, and under which hostnames.
    ///
    /// @param hostnames intersected with the listener's; null stands for every host
    record Parent(ObjectKey gateway, String listener, List<@Nullable String> hostnames) {}
}
