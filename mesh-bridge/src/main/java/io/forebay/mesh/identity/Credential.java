package io.forebay.mesh.identity;

import static java.util.Objects.requireNonNull;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// A private key with the certificates that vouch for it, the holder's own first. The text form is for files: the
/// caller writes the key's file readable by its owner alone.
public record Credential(List<X509Certificate> chain, PrivateKey key) {
    public Credential {
        chain = List.copyOf(chain);
        requireNonNull(key, "key");
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a credential needs at least its own certificate");
        }
    }

    /// The credential in two PEM texts.
    ///
    /// @throws GeneralSecurityException if either text cannot be read, or if they do not belong together
    public static Credential fromPem(String chainPem, String keyPem) throws GeneralSecurityException {
        Credential read = new Credential(Pem.certificates(chainPem), Pem.privateKey(keyPem));
        KeyMatch.require(read.certificate().getPublicKey(), read.key);
        return read;
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public String chainPem() {
        return Pem.ofCertificates(chain);
    }

    public String keyPem() {
        return Pem.ofPrivateKey(key);
    }

    /// Names the holder; never shows the key.
    @Override
    public String toString() {
        return "Credential[" + certificate().getSubjectX500Principal() + "]";
    }
}
