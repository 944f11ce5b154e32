package io.forebay.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathSpellingTest {
    private static final long SEED = Long.getLong("forebay.test.seed", 20_261_125L);
    private static final String LITERAL =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@";

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a/b, /a/b",
        "/%61dmin, /admin",
        "/v1/jobs%3Apurge, /v1/jobs:purge",
        "/v1/jobs%3apurge, /v1/jobs:purge",
        "/caf%c3%a9, /caf%C3%A9",
        "/a%20b%7cc, /a%20b%7Cc",
        "/100%25, /100%25",
        "/a%253A, /a%253A",
        "/a//b/./c/../d, /a/b/d",
        "/a/%2e%2E/b, /b",
        "/a/.., /",
        "/a/b/., /a/b/",
    })
    void pathHasOneSpelling(String path, String spelling) {
        assertThat(PathSpelling.of(path)).isEqualTo(spelling);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/a%2Fb", "/a%2fb", "/a%5Cb", "/a%00", "/%", "/%4", "/%zz", "/%4g", "/%g4", "/..", "/a/../../b"})
    void someHaveNone(String path) {
        assertThat(PathSpelling.of(path)).isNull();
    }

    @Test
    void characterThatMayStandInAPathIsNeverEscaped() {
        for (int c = 0; c < LITERAL.length(); c++) {
            String escape = String.format("%%%02x", (int) LITERAL.charAt(c));
            assertThat(PathSpelling.of("/x" + escape)).isEqualTo("/x" + LITERAL.charAt(c));
        }
    }

    @Test
    void spellingOfASpellingIsItself() {
        Random random = new Random(SEED);
        String alphabet = "%%%/.a:c325eE;";
        int spelled = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder path = new StringBuilder("/");
            for (int length = random.nextInt(12); length > 0; length--) {
                path.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String spelling = PathSpelling.of(path.toString());
            if (spelling != null) {
                spelled++;
                assertThat(PathSpelling.of(spelling))
                        .as("seed %d, %s", SEED, path)
                        .isEqualTo(spelling);
            }
        }
        assertThat(spelled).isGreaterThan(5_000);
    }
}
