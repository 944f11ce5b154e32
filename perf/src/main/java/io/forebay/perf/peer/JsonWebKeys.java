package io.forebay.perf.peer;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/// The bench key as a JSON Web Key Set (RFC 7517), for contenders that read no PEM.
final class JsonWebKeys {
    /// Keys of the curve have 91 bytes, those of RSA with 2,048 bits 294.
    private static final int RSA_MIN_BYTES = 128;

    private static final int COORDINATE_BYTES = 32;

    private JsonWebKeys() {}

    /// @param pem an RSA key, for RS256, or one on the curve P-256, for ES256
    static String ofPublicKey(Path pem, String keyId) throws IOException {
        X509EncodedKeySpec encoded = new X509EncodedKeySpec(Harness.pem(pem, "PUBLIC KEY"));
        try {
            boolean isElliptic = encoded.getEncoded().length < RSA_MIN_BYTES;
            String key = isElliptic ? elliptic(encoded) : rsa(encoded);
            return "{\"keys\":[{\"use\":\"sig\",\"kid\":\"" + keyId + "\"," + key + "}]}\n";
        } catch (GeneralSecurityException e) {
            throw new IOException(pem + ": " + e.getMessage(), e);
        }
    }

    private static String rsa(X509EncodedKeySpec encoded) throws GeneralSecurityException {
        RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(encoded);
        return """
                "kty":"RSA","alg":"RS256","n":"%s","e":"%s\"""".formatted(unsigned(key.getModulus()), unsigned(key.getPublicExponent()));
    }

    private static String elliptic(X509EncodedKeySpec encoded) throws GeneralSecurityException {
        ECPublicKey key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(encoded);
        return """
                "kty":"EC","crv":"P-256","alg":"ES256","x":"%s","y":"%s\"""".formatted(
                coordinate(key.getW().getAffineX()), coordinate(key.getW().getAffineY()));
    }

    /// All 32 bytes of it (RFC 7518, section 6.2.1.2).
    private static String coordinate(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] whole = new byte[COORDINATE_BYTES];
        int length = Math.min(bytes.length, COORDINATE_BYTES);
        System.arraycopy(bytes, bytes.length - length, whole, COORDINATE_BYTES - length, length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /// Base64urlUInt (RFC 7518, section 2): big-endian without a leading zero.
    private static String unsigned(BigInteger value) {
        byte[] bytes = value.toByteArray();
        int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
    }
}
