package io.forebay.policy.token;

import static io.forebay.policy.token.TestIssuer.ISSUER;
import static io.forebay.policy.token.TestIssuer.NOW_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.PeerIdentity;
import io.forebay.policy.TenantRule;
import io.forebay.policy.TestRequest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged tokens are refused, and never break the verifier.
class TokenMutationPropertyTest {

    private static final TestIssuer EC = TestIssuer.ec("ec", 256);
    private static final TestIssuer HMAC = TestIssuer.hmac("oct");
    private static final TestIssuer.Ed25519 ED = TestIssuer.ed25519("ed");
    private static final String BYTES = "ABab01-_.=+/~ ,\"{}\u00ff\u0000";

    private final TokenVerifier verifier = new TokenVerifier(new TokenCache(100));
    private final TokenScratch scratch = new TokenScratch();
    private final List<JwtProvider> providers = List.of(
            new JwtProvider("idp", ISSUER, List.of(), TestIssuer.keys(EC.jwk(), HMAC.jwk(), ED.jwk()), List.of()));

    private TokenOutcome verify(String token) {
        TestRequest request = TestRequest.get("h", "/").with("authorization", "Bearer " + token);
        return verifier.verify(
                providers, new TenantRule.OfPrincipal(), request, new PeerIdentity("192.0.2.1", null), scratch, NOW_MS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void changedTokenIsRefused(long seed) {
        Random random = new Random(seed);
        String eddsa = ED.sign("{\"iss\":\"" + ISSUER + "\",\"sub\":\"ed\"}");
        for (String token : List.of(EC.token(), HMAC.token(), eddsa)) {
            assertThat(verify(token)).isInstanceOf(TokenOutcome.Accepted.class);
            int signature = token.lastIndexOf('.') + 1;
            for (int i = 0; i < 150; i++) {
                String damaged = mutate(token, random, signature);
                assertThat(verify(damaged)).as("seed %d, %s", seed, damaged).isInstanceOf(TokenOutcome.Refused.class);
            }
        }
    }

    /// Changes, drops or doubles one byte of header, payload or, but for its last byte's unused bits, signature.
    private static String mutate(String token, Random random, int signature) {
        int at = random.nextInt(3) == 0
                ? signature + random.nextInt(token.length() - signature - 1)
                : 1 + random.nextInt(signature - 2);
        StringBuilder text = new StringBuilder(token);
        switch (random.nextInt(3)) {
            case 0 -> text.deleteCharAt(at);
            case 1 -> text.insert(at, BYTES.charAt(random.nextInt(BYTES.length())));
            default -> {
                char next = BYTES.charAt(random.nextInt(BYTES.length()));
                text.setCharAt(at, next == token.charAt(at) ? '!' : next);
            }
        }
        return text.toString().equals(token) ? "x" + token : text.toString();
    }
}
