package io.forebay.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ByteSpan;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTokensTest {
    private static final long NOW_SECONDS = 1_800_000_000;

    private final SessionKey key = SessionKey.random(new SecureRandom());
    private final SessionTokens tokens = new SessionTokens(key);

    private static long read(SessionTokens tokens, String text, long nowSeconds, long lifetimeSeconds) {
        byte[] bytes = ("cookie: s=" + text + "; a=b").getBytes(StandardCharsets.ISO_8859_1);
        return tokens.read(bytes, ByteSpan.of(10, text.length()), nowSeconds, lifetimeSeconds);
    }

    @Test
    void tokenIsReadByWhoeverHasTheKey() {
        long tag = tokens.tag("default/up", "10.0.0.1:80");
        String token = tokens.make(tag, NOW_SECONDS);
        SessionTokens afterRestart = new SessionTokens(key);
        assertThat(read(afterRestart, token, NOW_SECONDS + 1_000_000, 0)).isEqualTo(tag);
        assertThat(afterRestart.tag("default/up", "10.0.0.1:80")).isEqualTo(tag);
        assertThat(read(new SessionTokens(SessionKey.random(new SecureRandom())), token, NOW_SECONDS, 0))
                .isZero();
    }

    @Test
    void endpointsAndBackendsHaveTagsOfTheirOwn() {
        long tag = tokens.tag("default/up", "10.0.0.1:80");
        assertThat(tokens.tag("default/up", "10.0.0.2:80")).isNotEqualTo(tag);
        assertThat(tokens.tag("default/other", "10.0.0.1:80")).isNotEqualTo(tag);
    }

    @Test
    void changedTokenIsNone() {
        byte[] token = Base64.getUrlDecoder().decode(tokens.make(tokens.tag("a/b", "c:1"), NOW_SECONDS));
        for (int bit = 0; bit < token.length * 8; bit++) {
            byte[] changed = token.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            assertThat(read(tokens, text, NOW_SECONDS, 0)).as("bit %d", bit).isZero();
        }
    }

    @Test
    void tokenEndsWithItsLifetime() {
        long tag = tokens.tag("a/b", "c:1");
        String token = tokens.make(tag, NOW_SECONDS);
        assertThat(read(tokens, token, NOW_SECONDS + 59, 60)).isEqualTo(tag);
        assertThat(read(tokens, token, NOW_SECONDS + 60, 60)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAA==",
                "****************************"
            })
    void anythingElseIsNoToken(String text) {
        assertThat(read(tokens, text, NOW_SECONDS, 0)).isZero();
        assertThat(tokens.read(new byte[0], ByteSpan.ABSENT, NOW_SECONDS, 0)).isZero();
    }
}
