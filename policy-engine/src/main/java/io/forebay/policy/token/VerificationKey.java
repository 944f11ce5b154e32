package io.forebay.policy.token;

import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.spec.KeySpec;
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

    /// A secret that java-jwt verifies with.
    static VerificationKey ofSecret(@Nullable String id, Algorithm hmac, String thumbprint) {
        return new VerificationKey(id, hmac.getName(), thumbprint, jwt -> {
            try {
                hmac.verify(jwt);
                return true;
            } catch (SignatureVerificationException e) {
                return false;
            }
        });
    }

    /// A public key.
    static VerificationKey of(@Nullable String id, SignatureAlgorithm algorithm, KeySpec keySpec, String thumbprint)
            throws GeneralSecurityException {
        SignatureProvider provider = algorithm.provider();
        PublicKey key = provider.key(algorithm, keySpec);
        return new VerificationKey(id, algorithm.jwaName(), thumbprint, jwt -> {
            try {
                byte[] signed = (jwt.getHeader() + "." + jwt.getPayload()).getBytes(StandardCharsets.US_ASCII);
                byte[] signature = Base64.getUrlDecoder().decode(jwt.getSignature());
                return algorithm.isLength(signature.length) && provider.verifies(algorithm, key, signed, signature);
            } catch (IllegalArgumentException e) {
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

    /// Whether the token's signature is of this key. Some tens of microseconds; hundreds for ECDSA by the JDK.
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
