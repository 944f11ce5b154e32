package io.forebay.policy.token;

import static io.forebay.policy.token.TestIssuer.ISSUER;
import static io.forebay.policy.token.TestIssuer.NOW_MS;
import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Principal;
import io.forebay.policy.Refusal;
import io.forebay.policy.Refusal.TokenInvalid.Fault;
import io.forebay.policy.TenantRule;
import io.forebay.policy.TestRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {

    private static final TestIssuer RSA = TestIssuer.rsa("k1");
    private static final TestIssuer OTHER = TestIssuer.rsa("k2");
    private static final TenantRule BY_PRINCIPAL = new TenantRule.OfPrincipal();
    private static final PeerIdentity PEER = new PeerIdentity("192.0.2.1", null);

    private final TokenVerifier verifier = new TokenVerifier(new TokenCache(1000));
    private final TokenScratch scratch = new TokenScratch();
    private final JwtProvider provider = provider(TestIssuer.keys(RSA.jwk()));

    private static JwtProvider provider(KeySource keys, JwtProvider.ClaimHeader... headers) {
        return new JwtProvider("idp", ISSUER, List.of("shop", "other"), keys, List.of(headers));
    }

    private static TestRequest bearing(String authorization) {
        return TestRequest.get("h", "/").with("Authorization", authorization);
    }

    private TokenOutcome verify(JwtProvider provider, String token, long nowMs) {
        return verifier.verify(List.of(provider), BY_PRINCIPAL, bearing("Bearer " + token), PEER, scratch, nowMs);
    }

    private static Principal accepted(TokenOutcome outcome) {
        assertThat(outcome).isInstanceOf(TokenOutcome.Accepted.class);
        return ((TokenOutcome.Accepted) outcome).principal();
    }

    private static void assertRefused(TokenOutcome outcome, Fault fault) {
        assertThat(outcome).isEqualTo(new TokenOutcome.Refused(new Refusal.TokenInvalid(fault)));
    }

    @Test
    void goodTokenBecomesThePrincipalOfProviderIssuerAndSubject() {
        Principal principal = accepted(verify(provider, RSA.token(), NOW_MS));
        assertThat(principal.identity()).isEqualTo("token|idp|https://idp.example|alice");
        assertThat(principal.tenant()).isEqualTo(principal.identity());
        assertThat(principal.kind()).isEqualTo(Principal.Kind.TOKEN);
    }

    @Test
    void everyKeyTypeVerifiesItsOwnTokens() {
        TestIssuer p256 = TestIssuer.ec("p256", 256);
        TestIssuer p384 = TestIssuer.ec("p384", 384);
        TestIssuer secret = TestIssuer.hmac("oct");
        TestIssuer.Ed25519 ed = TestIssuer.ed25519("ed");
        JwtProvider all = provider(TestIssuer.keys(RSA.jwk(), p256.jwk(), p384.jwk(), secret.jwk(), ed.jwk()));
        String payload =
                "{\"iss\":\"" + ISSUER + "\",\"sub\":\"ed\",\"aud\":[\"shop\"],\"exp\":" + (NOW_MS / 1000 + 10) + ".5}";
        for (TestIssuer issuer : List.of(RSA, p256, p384, secret)) {
            accepted(verify(all, issuer.token(), NOW_MS));
            assertRefused(verify(all, tampered(issuer.token()), NOW_MS), Fault.SIGNATURE);
        }
        assertThat(accepted(verify(all, ed.sign(payload), NOW_MS)).identity()).endsWith("|ed");
        assertRefused(verify(all, tampered(ed.sign(payload)), NOW_MS), Fault.SIGNATURE);
    }

    /// The same token with another subject under the old signature.
    private static String tampered(String token) {
        String[] parts = token.split("\\.", -1);
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String changed = payload.replace("\"sub\":\"", "\"sub\":\"x");
        assertThat(changed).isNotEqualTo(payload);
        return parts[0] + "." + TestIssuer.encode(changed) + "." + parts[2];
    }

    @Test
    void publicKeyUsedAsHmacSecretIsRefused() {
        byte[] publicKey = RSA.jwk().getBytes(StandardCharsets.US_ASCII);
        assertRefused(verify(provider, RSA.claims().sign(Algorithm.HMAC256(publicKey)), NOW_MS), Fault.ALGORITHM);
    }

    @Test
    void unsignedTokenIsRefused() {
        assertRefused(verify(provider, RSA.claims().sign(Algorithm.none()), NOW_MS), Fault.ALGORITHM);
    }

    @Test
    void tokenOfAnotherKeyIsRefused() {
        assertRefused(verify(provider, RSA.claims().sign(OTHER.algorithm()), NOW_MS), Fault.SIGNATURE);
        assertRefused(verify(provider, OTHER.token(), NOW_MS), Fault.KEY_UNKNOWN);
    }

    @Test
    void tokenWithoutKeyIdIsTriedOnTheKeysOfTheSet() {
        JwtProvider both = provider(TestIssuer.keys(OTHER.jwk(), RSA.jwk()));
        String token = JWT.create()
                .withIssuer(ISSUER)
                .withSubject("alice")
                .withAudience("shop")
                .sign(RSA.algorithm());
        accepted(verify(both, token, NOW_MS));
    }

    @Test
    void issuerAndAudienceMustFit() {
        assertRefused(
                verify(provider, RSA.claims().withIssuer("https://evil.example").sign(RSA.algorithm()), NOW_MS),
                Fault.ISSUER);
        assertRefused(
                verify(provider, RSA.claims().withAudience("bank").sign(RSA.algorithm()), NOW_MS), Fault.AUDIENCE);
        accepted(verify(provider, RSA.claims().withAudience("bank", "other").sign(RSA.algorithm()), NOW_MS));
    }

    @Test
    void tokenWithoutSubjectOrIssuerIsRefused() {
        assertRefused(
                verify(provider, JWT.create().withKeyId("k1").withSubject("a").sign(RSA.algorithm()), NOW_MS),
                Fault.ISSUER);
        String anonymous = JWT.create()
                .withKeyId("k1")
                .withIssuer(ISSUER)
                .withAudience("shop")
                .sign(RSA.algorithm());
        assertRefused(verify(provider, anonymous, NOW_MS), Fault.SUBJECT);
    }

    @Test
    void timesAreComparedWithAMinuteOfSkewOnEachRequest() {
        String token = RSA.claims()
                .withNotBefore(Instant.ofEpochMilli(NOW_MS + 60_000))
                .withExpiresAt(Instant.ofEpochMilli(NOW_MS + 120_000))
                .sign(RSA.algorithm());
        assertRefused(verify(provider, token, NOW_MS - 1), Fault.NOT_YET_VALID);
        accepted(verify(provider, token, NOW_MS));
        accepted(verify(provider, token, NOW_MS + 179_999));
        assertThat(verifier.cache().size()).isEqualTo(1);
        assertRefused(verify(provider, token, NOW_MS + 180_000), Fault.EXPIRED);
    }

    @Test
    void criticalExtensionThatNobodyKnowsIsRefused() {
        String token = RSA.claims()
                .withHeader(Map.of("crit", List.of("b64"), "b64", false))
                .sign(RSA.algorithm());
        assertRefused(verify(provider, token, NOW_MS), Fault.CRITICAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "bearer é", "Bearer a\tb", "BEARER \"a\""})
    void bearerFieldThatHoldsNoTokenIsAMalformedRequest(String field) {
        TokenOutcome outcome = verifier.verify(List.of(provider), BY_PRINCIPAL, bearing(field), PEER, scratch, NOW_MS);
        assertRefused(outcome, Fault.AUTHORIZATION);
        assertThat(Fault.AUTHORIZATION.isMalformedRequest()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic dTpw", "Bearerx abc", "Bear", ""})
    void otherSchemesAreNoToken(String field) {
        TokenOutcome outcome = verifier.verify(List.of(provider), BY_PRINCIPAL, bearing(field), PEER, scratch, NOW_MS);
        assertThat(outcome).isEqualTo(new TokenOutcome.Refused(Refusal.TokenMissing.INSTANCE));
    }

    @Test
    void schemeIsReadInAnyCase() {
        for (String scheme : List.of("bearer ", "BEARER ", "Bearer   ")) {
            TestRequest request = bearing(scheme + RSA.token());
            accepted(verifier.verify(List.of(provider), BY_PRINCIPAL, request, PEER, scratch, NOW_MS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b", "a.b.c", "a.b.c.d", "..", "e30.e30.", "bm90anNvbg.bm90anNvbg.AA"})
    void tokenThatIsNoJwtIsRefused(String token) {
        assertThat(verify(provider, token, NOW_MS)).isInstanceOf(TokenOutcome.Refused.class);
    }

    @Test
    void timeThatIsNoNumberIsMalformed() {
        TestIssuer.Ed25519 ed = TestIssuer.ed25519("ed");
        String payload = "{\"iss\":\"" + ISSUER + "\",\"sub\":\"ed\",\"aud\":\"shop\",\"exp\":\"tomorrow\"}";
        assertRefused(verify(provider(TestIssuer.keys(ed.jwk())), ed.sign(payload), NOW_MS), Fault.MALFORMED);
    }

    @Test
    void tokenLongerThanTheBoundIsNotLookedAt() {
        assertRefused(verify(provider, "a".repeat(TokenVerifier.TOKEN_BYTES_MAX + 1), NOW_MS), Fault.TOO_LARGE);
    }

    @Test
    void providerWithoutKeysYetIsNotTheCallersFault() {
        JwtProvider empty = provider(() -> null);
        assertThat(verify(empty, RSA.token(), NOW_MS))
                .isEqualTo(new TokenOutcome.Refused(new Refusal.KeysUnavailable("idp")));
    }

    @Test
    void claimsBecomeHeadersButNeverForgedOnes() {
        JwtProvider mapping = provider(
                TestIssuer.keys(RSA.jwk()),
                new JwtProvider.ClaimHeader("sub", HeaderName.of("X-User")),
                new JwtProvider.ClaimHeader("roles", HeaderName.of("x-roles")),
                new JwtProvider.ClaimHeader("evil", HeaderName.of("x-evil")),
                new JwtProvider.ClaimHeader("missing", HeaderName.of("x-missing")));
        String token = RSA.claims()
                .withArrayClaim("roles", new String[] {"cook", "waiter"})
                .withClaim("evil", "a\r\nx-admin: yes")
                .sign(RSA.algorithm());
        assertThat(accepted(verify(mapping, token, NOW_MS)).headers())
                .containsExactly(
                        new ForwardedHeader(HeaderName.of("x-user"), "alice"),
                        new ForwardedHeader(HeaderName.of("x-roles"), "cook,waiter"));
    }

    @Test
    void nestedClaimsAreFoundUnderDottedNamesAndLiteralNamesWin() {
        String token = RSA.claims()
                .withClaim("realm", Map.of("roles", List.of("cook"), "level", 3))
                .withClaim("realm.level", "literal")
                .withClaim("big", 1e9)
                .withClaim("scope", "shop.read shop.write")
                .sign(RSA.algorithm());
        Principal principal = accepted(verify(provider, token, NOW_MS));
        assertThat(principal.claims().all("realm.roles")).containsExactly("cook");
        assertThat(principal.claims().first("realm.level")).isEqualTo("literal");
        assertThat(principal.claims().first("big")).isIn("1000000000", "1000000000.0");
        assertThat(principal.claims().hasScope("shop.read")).isTrue();
        assertThat(principal.claims().hasScope("shop")).isFalse();
    }

    @Test
    void tenantComesFromTheClaimOrTheTrustDomainOrElseThePrincipal() {
        String token = RSA.claims().withClaim("org", "acme").sign(RSA.algorithm());
        PeerIdentity spiffe =
                new PeerIdentity("192.0.2.1", new ClientCertificate("spiffe://example/kitchen/1", List.of(), "", "00"));
        TestRequest request = bearing("Bearer " + token);
        List<JwtProvider> providers = List.of(provider);
        TenantRule byDomain = new TenantRule.OfTrustDomain();
        for (int i = 0; i < 2; i++) {
            assertThat(accepted(verifier.verify(
                                    providers, new TenantRule.OfClaim("org"), request, PEER, scratch, NOW_MS))
                            .tenant())
                    .isEqualTo("acme");
            assertThat(accepted(verifier.verify(providers, byDomain, request, spiffe, scratch, NOW_MS))
                            .tenant())
                    .isEqualTo("example");
            assertThat(accepted(verifier.verify(providers, byDomain, request, PEER, scratch, NOW_MS))
                            .tenant())
                    .startsWith("token|");
        }
    }
}
