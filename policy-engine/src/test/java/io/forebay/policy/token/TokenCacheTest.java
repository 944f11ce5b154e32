package io.forebay.policy.token;

import static io.forebay.policy.token.TestIssuer.ISSUER;
import static io.forebay.policy.token.TestIssuer.NOW_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Refusal;
import io.forebay.policy.Refusal.TokenInvalid.Fault;
import io.forebay.policy.TenantRule;
import io.forebay.policy.TestRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenCacheTest {

    private static final PeerIdentity PEER = new PeerIdentity("192.0.2.1", null);
    private static final TenantRule BY_PRINCIPAL = new TenantRule.OfPrincipal();

    private final TestIssuer issuer = TestIssuer.hmac("oct");
    private final TestIssuer next = TestIssuer.hmac("new");
    private final TokenScratch scratch = new TokenScratch();

    private static JwtProvider provider(String name, KeySource keys, String audience) {
        return new JwtProvider(name, ISSUER, List.of(audience), keys, List.of());
    }

    private TokenOutcome verify(TokenVerifier verifier, JwtProvider provider, String token, long nowMs) {
        TestRequest request = TestRequest.get("h", "/").with("authorization", "Bearer " + token);
        return verifier.verify(List.of(provider), BY_PRINCIPAL, request, PEER, scratch, nowMs);
    }

    private @Nullable VerifiedToken cached(TokenCache cache, JwtProvider provider, String token, long nowMs) {
        byte[] bytes = token.getBytes(StandardCharsets.US_ASCII);
        scratch.digest(bytes, 0, bytes.length);
        return cache.find(scratch, provider, nowMs);
    }

    @Test
    void secondRequestWithATokenMeetsTheSameOutcome() {
        TokenVerifier verifier = new TokenVerifier(new TokenCache(10));
        JwtProvider provider = provider("idp", TestIssuer.keys(issuer.jwk()), "shop");
        String token = issuer.token();
        TokenOutcome first = verify(verifier, provider, token, NOW_MS);
        assertThat(verify(verifier, provider, token, NOW_MS + 1)).isSameAs(first);
    }

    @Test
    void failuresAreNotCached() {
        TokenVerifier verifier = new TokenVerifier(new TokenCache(10));
        JwtProvider provider = provider("idp", TestIssuer.keys(issuer.jwk()), "shop");
        verify(verifier, provider, next.token(), NOW_MS);
        verify(verifier, provider, issuer.token() + "x", NOW_MS);
        verify(verifier, provider("idp", TestIssuer.keys(issuer.jwk()), "bank"), issuer.token(), NOW_MS);
        verify(verifier, provider, issuer.token(), NOW_MS + 10_000_000);
        assertThat(verifier.cache().size()).isZero();
    }

    @Test
    void cachedTokenDiesWithItsKey() {
        TokenVerifier verifier = new TokenVerifier(new TokenCache(10));
        AtomicReference<KeySet> keys = new AtomicReference<>(TestIssuer.keys(issuer.jwk()));
        JwtProvider provider = provider("idp", keys::get, "shop");
        String token = issuer.token();
        assertThat(verify(verifier, provider, token, NOW_MS)).isInstanceOf(TokenOutcome.Accepted.class);
        keys.set(TestIssuer.keys(next.jwk()));
        assertThat(verify(verifier, provider, token, NOW_MS))
                .isEqualTo(new TokenOutcome.Refused(new Refusal.TokenInvalid(Fault.KEY_UNKNOWN)));
    }

    @Test
    void sameKeyUnderAnotherAlgorithmIsAnotherKey() {
        KeySet hs256 = TestIssuer.keys("{\"kty\":\"oct\",\"k\":\"" + "A".repeat(86) + "\",\"alg\":\"HS256\"}");
        KeySet hs512 = TestIssuer.keys("{\"kty\":\"oct\",\"k\":\"" + "A".repeat(86) + "\",\"alg\":\"HS512\"}");
        assertThat(hs512.holds(hs256.keys().getFirst())).isFalse();
        assertThat(hs256.holds(hs256.keys().getFirst())).isTrue();
    }

    @Test
    void cachedTokenMeetsAChangedAudience() {
        TokenVerifier verifier = new TokenVerifier(new TokenCache(10));
        KeySet keys = TestIssuer.keys(issuer.jwk());
        String token = issuer.token();
        assertThat(verify(verifier, provider("idp", keys, "shop"), token, NOW_MS))
                .isInstanceOf(TokenOutcome.Accepted.class);
        assertThat(verify(verifier, provider("idp", keys, "bank"), token, NOW_MS))
                .isEqualTo(new TokenOutcome.Refused(new Refusal.TokenInvalid(Fault.AUDIENCE)));
    }

    @Test
    void cachedTokenFillsTheHeadersOfTheReloadedProvider() {
        TokenVerifier verifier = new TokenVerifier(new TokenCache(10));
        KeySet keys = TestIssuer.keys(issuer.jwk());
        String token = issuer.token();
        for (String header : List.of("x-old", "x-new", "x-newer", "x-newest", "x-last", "x-old")) {
            JwtProvider provider = new JwtProvider(
                    "idp",
                    ISSUER,
                    List.of("shop"),
                    keys,
                    List.of(new JwtProvider.ClaimHeader("sub", HeaderName.of(header))));
            for (int i = 0; i < 2; i++) {
                assertThat(verify(verifier, provider, token, NOW_MS))
                        .isInstanceOfSatisfying(
                                TokenOutcome.Accepted.class,
                                accepted -> assertThat(accepted.principal().headers())
                                        .containsExactly(new ForwardedHeader(HeaderName.of(header), "alice")));
            }
        }
    }

    @Test
    void entryIsBelievedForFiveMinutesAndNotByAClockSetBack() {
        TokenCache cache = new TokenCache(10);
        JwtProvider provider = provider("idp", TestIssuer.keys(issuer.jwk()), "shop");
        String token = issuer.token();
        verify(new TokenVerifier(cache), provider, token, NOW_MS);
        assertThat(cached(cache, provider, token, NOW_MS + 299_999)).isNotNull();
        assertThat(cached(cache, provider, token, NOW_MS + 300_000)).isNull();
        assertThat(cached(cache, provider, token, NOW_MS - 1)).isNull();
    }

    @Test
    void tokenVerifiedForOneProviderIsUnknownToAnother() {
        TokenCache cache = new TokenCache(10);
        KeySet keys = TestIssuer.keys(issuer.jwk());
        String token = issuer.token();
        verify(new TokenVerifier(cache), provider("one", keys, "shop"), token, NOW_MS);
        assertThat(cached(cache, provider("one", keys, "shop"), token, NOW_MS)).isNotNull();
        assertThat(cached(cache, provider("two", keys, "shop"), token, NOW_MS)).isNull();
    }

    @Test
    void fullCacheStaysWithinItsCapacityAndKeepsTheLatest() {
        TokenCache cache = new TokenCache(1_000);
        TokenVerifier verifier = new TokenVerifier(cache);
        JwtProvider provider = provider("idp", TestIssuer.keys(issuer.jwk()), "shop");
        for (int i = 0; i < 2_000; i++) {
            String token = issuer.claims("user-" + i).sign(issuer.algorithm());
            verify(verifier, provider, token, NOW_MS + i);
            assertThat(cached(cache, provider, token, NOW_MS + i))
                    .as("token %d", i)
                    .isNotNull();
            assertThat(cache.size()).isLessThanOrEqualTo(1_000);
        }
        assertThat(cache.size()).isEqualTo(1_000);
    }

    @Test
    void cacheOfTenThousandTokensHoldsThemAll() {
        TokenCache cache = new TokenCache(12_000);
        TokenVerifier verifier = new TokenVerifier(cache);
        JwtProvider provider = provider("idp", TestIssuer.keys(issuer.jwk()), "shop");
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            tokens.add(issuer.claims("user-" + i).sign(issuer.algorithm()));
            verify(verifier, provider, tokens.get(i), NOW_MS);
        }
        long held = tokens.stream()
                .filter(token -> cached(cache, provider, token, NOW_MS) != null)
                .count();
        assertThat(held).isEqualTo(10_000);
    }
}
