package io.forebay.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ByteSpan;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTokensTest {
    private static final long NOW_SECONDS = 1_800_000_000;

    private final SessionKey key = SessionKey.random(new SecureRandom());
    private final SessionTokens tokens = new SessionTokens(key);

    private static @Nullable SessionToken read(SessionTokens tokens, String text) {
        byte[] bytes = ("cookie: s=" + text + "; a=b").getBytes(StandardCharsets.ISO_8859_1);
        return tokens.read(bytes, ByteSpan.of(10, text.length()));
    }

    @Test
    void tokenIsReadByWhoeverHasTheKey() {
        long tag = tokens.tag("default/up", "10.0.0.1:80");
        SessionTokens afterRestart = new SessionTokens(key);
        for (long used : List.of(NOW_SECONDS, NOW_SECONDS + 7)) {
            SessionToken said = new SessionToken(tag, NOW_SECONDS, used);
            String token = tokens.make(said);
            assertThat(read(afterRestart, token)).isEqualTo(said);
            assertThat(read(new SessionTokens(SessionKey.random(new SecureRandom())), token))
                    .isNull();
        }
        assertThat(afterRestart.tag("default/up", "10.0.0.1:80")).isEqualTo(tag);
    }

    @Test
    void endpointsAndBackendsHaveTagsOfTheirOwn() {
        long tag = tokens.tag("default/up", "10.0.0.1:80");
        assertThat(tokens.tag("default/up", "10.0.0.2:80")).isNotEqualTo(tag);
        assertThat(tokens.tag("default/other", "10.0.0.1:80")).isNotEqualTo(tag);
    }

    @Test
    void changedTokenIsNone() {
        for (long used : List.of(NOW_SECONDS, NOW_SECONDS + 7)) {
            SessionToken said = new SessionToken(tokens.tag("a/b", "c:1"), NOW_SECONDS, used);
            byte[] token = Base64.getUrlDecoder().decode(tokens.make(said));
            for (int bit = 0; bit < token.length * 8; bit++) {
                byte[] changed = token.clone();
                changed[bit / 8] ^= (byte) (1 << bit % 8);
                String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
                assertThat(read(tokens, text)).as("bit %d", bit).isNull();
            }
        }
    }

    @Test
    void sessionEndsWithItsLifetimeAndWhenNobodyCalls() {
        SessionToken said = new SessionToken(1, NOW_SECONDS, NOW_SECONDS + 30);
        assertThat(said.isOver(NOW_SECONDS + 59, 60, 0)).isFalse();
        assertThat(said.isOver(NOW_SECONDS + 60, 60, 0)).isTrue();
        assertThat(said.isOver(NOW_SECONDS + 89, 0, 60)).isFalse();
        assertThat(said.isOver(NOW_SECONDS + 90, 0, 60)).isTrue();
        assertThat(said.isOver(NOW_SECONDS + 1_000_000, 0, 0)).isFalse();
    }

    @Test
    void tokenIsMadeAnewAfterATenthOfTheSilenceThatIsAllowed() {
        SessionToken said = new SessionToken(1, NOW_SECONDS, NOW_SECONDS);
        assertThat(said.isDue(NOW_SECONDS + 5, 60)).isFalse();
        assertThat(said.isDue(NOW_SECONDS + 6, 60)).isTrue();
        assertThat(said.isDue(NOW_SECONDS, 1)).isFalse();
        assertThat(said.isDue(NOW_SECONDS + 1, 1)).isTrue();
        assertThat(said.isDue(NOW_SECONDS + 1_000_000, 0)).isFalse();
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
        assertThat(read(tokens, text)).isNull();
        assertThat(tokens.read(new byte[0], ByteSpan.ABSENT)).isNull();
    }
}
