package io.forebay.main.quickstart;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/// An issuer of tokens for trying things out: one RSA key, its key set (RFC 7517), and signed tokens (RFC 7519, RS256).
public final class TokenIssuer {
    public static final String ISSUER = "https://idp.demo.example";
    public static final String AUDIENCE = "shop";
    public static final String SCOPE = "shop";

    private static final String KEY_ID = "quickstart";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys;

    private TokenIssuer(KeyPair keys) {
        this.keys = keys;
    }

    public static TokenIssuer create(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048, random);
        return new TokenIssuer(generator.generateKeyPair());
    }

    /// The public key, as the gateway reads it.
    public String jwks() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return """
                {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "%s", "n": "%s", "e": "%s"}]}
                """.formatted(KEY_ID, unsigned(key.getModulus()), unsigned(key.getPublicExponent()));
    }

    /// A token for `subject`.
    ///
    /// @param scope scopes, separated by spaces
    public String token(String subject, String scope, Instant now, Duration lifetime) throws GeneralSecurityException {
        String header = """
                {"alg":"RS256","typ":"JWT","kid":"%s"}""".formatted(KEY_ID);
        String claims = """
                {"iss":"%s","aud":"%s","sub":"%s","scope":"%s","iat":%d,"exp":%d}""".formatted(
                        ISSUER,
                        AUDIENCE,
                        subject,
                        scope,
                        now.getEpochSecond(),
                        now.plus(lifetime).getEpochSecond());
        String signed = text(header) + "." + text(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64.encodeToString(signature.sign());
    }

    private static String text(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /// Base64urlUInt (RFC 7518, section 2): big-endian without a leading zero octet.
    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
    }
}
