package io.forebay.policy.token;

import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// One key of a provider with the one algorithm it verifies: a token never chooses either (RFC 8725 section 3.1).
/// Immutable, any thread.
public final class VerificationKey {

    private final @Nullable String id;
    private final String algorithm;
    private final String thumbprint;
    private final SignatureCheck check;

    private VerificationKey(@Nullable String id, String algorithm, String thumbprint, SignatureCheck check) {
        this.id = id;
        this.algorithm = algorithm;
        this.thumbprint = algorithm + "." + thumbprint;
        this.check = check;
    }

    /// A key that java-jwt verifies: RSA with PKCS#1 padding, ECDSA, HMAC.
    static VerificationKey of(@Nullable String id, Algorithm algorithm, String thumbprint) {
        return new VerificationKey(id, algorithm.getName(), thumbprint, jwt -> {
            try {
                algorithm.verify(jwt);
                return true;
            } catch (SignatureVerificationException e) {
                return false;
            }
        });
    }

    /// An Ed25519 key, which java-jwt does not know (RFC 8037).
    static VerificationKey ofEd25519(@Nullable String id, PublicKey key, String thumbprint) {
        return new VerificationKey(id, "EdDSA", thumbprint, jwt -> {
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initVerify(key);
                signature.update((jwt.getHeader() + "." + jwt.getPayload()).getBytes(StandardCharsets.US_ASCII));
                return signature.verify(Base64.getUrlDecoder().decode(jwt.getSignature()));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                return false;
            }
        });
    }

    /// The `kid`, or null.
    public @Nullable String id() {
        return id;
    }

    /// The JWA name, such as `RS256`.
    public String algorithm() {
        return algorithm;
    }

    /// The algorithm and the RFC 7638 thumbprint: the same key under another algorithm is another key.
    public String thumbprint() {
        return thumbprint;
    }

    /// Whether the token's signature is of this key. Some tens of microseconds for RSA, hundreds for ECDSA.
    boolean verifies(DecodedJWT jwt) {
        return check.verifies(jwt);
    }

    @Override
    public String toString() {
        return "VerificationKey[" + (id == null ? "-" : id) + ", " + algorithm + "]";
    }

    @FunctionalInterface
    private interface SignatureCheck {
        boolean verifies(DecodedJWT jwt);
    }
}
