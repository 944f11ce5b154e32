package io.forebay.policy;

/// A certificate chain and its private key as PEM text, loaded by the policy source. The key never shows in
/// [#toString].
///
/// @param origin where it came from, for messages
public record ServerCertificate(String origin, String chainPem, String keyPem) {

    @Override
    public String toString() {
        return "ServerCertificate[" + origin + "]";
    }
}
