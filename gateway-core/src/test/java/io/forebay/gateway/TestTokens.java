package io.forebay.gateway;

import io.forebay.policy.HeaderName;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.TenantRule;
import io.forebay.policy.access.AuthorizationRule;
import io.forebay.policy.access.AuthorizationRules;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.token.JwtProvider;
import io.forebay.policy.token.KeySet;
import io.forebay.policy.token.KeySetException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;

/// An issuer of RS256 tokens and the rules that accept them.
final class TestTokens {
    static final String USER_HEADER = "x-user";
    private static final String ISSUER = "https://issuer.example";

    private final KeyPair keys;

    TestTokens() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
    }

    /// A token that lasts ten minutes.
    String token(String subject, String scope) throws GeneralSecurityException {
        long nowSeconds = System.currentTimeMillis() / 1000;
        String claims = "{\"iss\":\"%s\",\"sub\":\"%s\",\"scope\":\"%s\",\"iat\":%d,\"exp\":%d}"
                .formatted(ISSUER, subject, scope, nowSeconds, nowSeconds + 600);
        String signed = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k\"}".getBytes(StandardCharsets.UTF_8))
                + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    /// Accepts these tokens, passes the subject on as `x-user`, and asks for the scope `menu`.
    SecurityRule rule(PolicyMode mode) throws KeySetException {
        JwtProvider provider = new JwtProvider(
                "shop",
                ISSUER,
                List.of(),
                KeySet.parse(jwks()),
                List.of(new JwtProvider.ClaimHeader("sub", HeaderName.of(USER_HEADER))));
        AuthorizationRule menu = new AuthorizationRule(
                "menu",
                AuthorizationRule.Action.ALLOW,
                new AuthorizationRule.TokenCondition("shop", List.of("menu"), List.of()),
                null);
        return new SecurityRule(
                "default/tokens",
                mode,
                List.of(provider),
                false,
                new AuthorizationRules(AuthorizationRule.Action.DENY, List.of(menu)),
                new TenantRule.OfPrincipal());
    }

    private String jwks() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\"%s\",\"e\":\"%s\"}]}"
                .formatted(unsigned(key.getModulus()), unsigned(key.getPublicExponent()));
    }

    private static String unsigned(BigInteger value) {
        byte[] bytes = value.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return base64(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
