package io.forebay.perf.peer;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/// The bench key as a JSON Web Key Set (RFC 7517), for contenders that read no PEM.
final class JsonWebKeys {
    private JsonWebKeys() {}

    static String ofPublicKey(Path pem, String keyId) throws IOException {
        try {
            RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA")
                    .generatePublic(new X509EncodedKeySpec(Harness.pem(pem, "PUBLIC KEY")));
            return """
                    {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"%s","n":"%s","e":"%s"}]}
                    """.formatted(keyId, unsigned(key.getModulus()), unsigned(key.getPublicExponent()));
        } catch (GeneralSecurityException e) {
            throw new IOException(pem + ": " + e.getMessage(), e);
        }
    }

    /// Base64urlUInt (RFC 7518, section 2): big-endian without a leading zero.
    private static String unsigned(BigInteger value) {
        byte[] bytes = value.toByteArray();
        int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
    }
}
