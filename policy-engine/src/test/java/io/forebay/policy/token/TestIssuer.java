package io.forebay.policy.token;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/// Makes keys, their JWKS entries, and tokens signed with them.
public final class TestIssuer {

    public static final String ISSUER = "https://idp.example";
    public static final long NOW_MS = 1_800_000_000_000L;

    private final String keyId;
    private final String jwk;
    private final Algorithm algorithm;

    private TestIssuer(String keyId, String jwk, Algorithm algorithm) {
        this.keyId = keyId;
        this.jwk = jwk;
        this.algorithm = algorithm;
    }

    public static TestIssuer rsa(String keyId) {
        KeyPair pair = pair("RSA", 2048);
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        String jwk = "{\"kty\":\"RSA\",\"kid\":\"" + keyId + "\",\"use\":\"sig\",\"n\":\""
                + base64(key.getModulus().toByteArray()) + "\",\"e\":\""
                + base64(key.getPublicExponent().toByteArray()) + "\"}";
        return new TestIssuer(keyId, jwk, Algorithm.RSA256(key, (RSAPrivateKey) pair.getPrivate()));
    }

    public static TestIssuer ec(String keyId, int bits) {
        KeyPair pair = pair("EC", bits);
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        ECPrivateKey secret = (ECPrivateKey) pair.getPrivate();
        int bytes = bits / 8;
        String jwk = "{\"kty\":\"EC\",\"kid\":\"" + keyId + "\",\"crv\":\"P-" + bits + "\",\"x\":\""
                + base64(fixed(key.getW().getAffineX(), bytes)) + "\",\"y\":\""
                + base64(fixed(key.getW().getAffineY(), bytes)) + "\"}";
        return new TestIssuer(
                keyId, jwk, bits == 256 ? Algorithm.ECDSA256(key, secret) : Algorithm.ECDSA384(key, secret));
    }

    public static TestIssuer hmac(String keyId) {
        byte[] secret = keyId.repeat(64).substring(0, 32).getBytes(StandardCharsets.US_ASCII);
        String jwk = "{\"kty\":\"oct\",\"kid\":\"" + keyId + "\",\"alg\":\"HS256\",\"k\":\"" + base64(secret) + "\"}";
        return new TestIssuer(keyId, jwk, Algorithm.HMAC256(secret));
    }

    /// An Ed25519 key; java-jwt cannot sign with it, so its own class does.
    public static Ed25519 ed25519(String keyId) {
        return new Ed25519(keyId, pair("Ed25519", 255));
    }

    public String jwk() {
        return jwk;
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    public static KeySet keys(String... jwks) {
        try {
            return KeySet.parse("{\"keys\":[" + String.join(",", jwks) + "]}");
        } catch (KeySetException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A good token: subject `alice`, audience `shop`, valid from a minute ago for an hour.
    public JWTCreator.Builder claims() {
        return claims("alice");
    }

    public JWTCreator.Builder claims(String subject) {
        return JWT.create()
                .withKeyId(keyId)
                .withIssuer(ISSUER)
                .withSubject(subject)
                .withAudience("shop")
                .withNotBefore(Instant.ofEpochMilli(NOW_MS - 60_000))
                .withExpiresAt(Instant.ofEpochMilli(NOW_MS + 3_600_000));
    }

    public String token() {
        return claims().sign(algorithm);
    }

    private static KeyPair pair(String type, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] fixed(BigInteger number, int bytes) {
        byte[] source = number.toByteArray();
        byte[] target = new byte[bytes];
        int length = Math.min(source.length, bytes);
        System.arraycopy(source, source.length - length, target, bytes - length, length);
        return target;
    }

    static String base64(byte[] bytes) {
        int start = bytes.length > 1 && bytes[0] == 0 && bytes.length % 2 == 1 ? 1 : 0;
        byte[] trimmed = Arrays.copyOfRange(bytes, start, bytes.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(trimmed);
    }

    /// An Ed25519 issuer.
    public static final class Ed25519 {
        private final String keyId;
        private final KeyPair pair;

        private Ed25519(String keyId, KeyPair pair) {
            this.keyId = keyId;
            this.pair = pair;
        }

        public String jwk() {
            EdECPublicKey key = (EdECPublicKey) pair.getPublic();
            byte[] point = fixed(key.getPoint().getY(), 32);
            for (int i = 0; i < 16; i++) {
                byte swapped = point[i];
                point[i] = point[31 - i];
                point[31 - i] = swapped;
            }
            if (key.getPoint().isXOdd()) {
                point[31] |= (byte) 0x80;
            }
            return "{\"kty\":\"OKP\",\"kid\":\"" + keyId + "\",\"crv\":\"Ed25519\",\"x\":\""
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(point) + "\"}";
        }

        public String sign(String payload) {
            String header = "{\"alg\":\"EdDSA\",\"kid\":\"" + keyId + "\"}";
            String signed = encode(header) + "." + encode(payload);
            try {
                Signature signature = Signature.getInstance("Ed25519");
                PrivateKey secret = pair.getPrivate();
                signature.initSign(secret);
                signature.update(signed.getBytes(StandardCharsets.US_ASCII));
                return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
