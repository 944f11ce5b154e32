package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ForwardedHeader;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorsRuleTest {
    private static final String PAGE = "https://www.shop.example";

    private static CorsRule rule(boolean allowsCredentials, String... origins) {
        return new CorsRule(
                List.of(origins), allowsCredentials, List.of("GET", "PUT"), List.of("x-a"), List.of("x-b"), 600);
    }

    private static CorsRule stars(boolean allowsCredentials) {
        List<String> star = List.of("*");
        return new CorsRule(star, allowsCredentials, star, star, star, 5);
    }

    private static List<String> lines(List<ForwardedHeader> headers) {
        return headers.stream().map(ForwardedHeader::toString).toList();
    }

    private static List<String> answer(CorsRule rule, @Nullable String origin) {
        HeaderEdits edits = rule.answer(origin);
        return Stream.of(edits.set(), edits.add())
                .flatMap(List::stream)
                .map(ForwardedHeader::toString)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "https://www.shop.example, https://www.shop.example, true",
        "https://www.shop.example, http://www.shop.example, false",
        "https://www.shop.example, https://www.shop.example:8443, false",
        "https://www.shop.example, https://shop.example, false",
        "https://*.shop.example, https://www.shop.example, true",
        "https://*.shop.example, https://a.b.shop.example, true",
        "https://*.shop.example, https://shop.example, false",
        "https://*.shop.example, https://.shop.example, false",
        "https://*.shop.example, https://evil.example/.shop.example, false",
        "https://*.shop.example, https://user@www.shop.example, false",
        "https://*.shop.example, https://shop.example.evil.example, false",
        "https://*.shop.example:8443, https://www.shop.example:8443, true",
        "https://*.shop.example:8443, https://www.shop.example, false",
        "https://*, https://any.example, true",
        "https://*, http://any.example, false",
        "*, null, true",
        "https://www.shop.example, null, false",
    })
    void originsAreComparedWhole(String allowed, String origin, boolean isAllowed) {
        List<String> expected = isAllowed
                ? List.of("access-control-allow-origin: " + origin, "access-control-allow-credentials: true")
                : List.of();
        assertThat(answer(rule(true, allowed), origin).stream()
                        .filter(line -> line.startsWith("access-control-allow"))
                        .toList())
                .isEqualTo(expected);
    }

    @Test
    void longestHostInPlaceOfAStarIsAHostName() {
        assertThat(answer(rule(true, "https://*.example"), "https://" + "a".repeat(254) + ".example"))
                .containsExactly("vary: Origin");
    }

    @Test
    void answerToAnAllowedPageSaysSoAndThatItDependsOnThePage() {
        assertThat(answer(rule(true, PAGE), PAGE))
                .containsExactly(
                        "access-control-allow-origin: " + PAGE,
                        "access-control-allow-credentials: true",
                        "access-control-expose-headers: x-b",
                        "vary: Origin");
    }

    @Test
    void cachesAreToldOfThePageAlsoWhereNoneAsks() {
        assertThat(answer(rule(false, PAGE), null)).containsExactly("vary: Origin");
        assertThat(answer(rule(false, PAGE), "https://evil.example")).containsExactly("vary: Origin");
    }

    @Test
    void everybodyWithoutCredentialsGetsTheSameAnswer() {
        assertThat(answer(stars(false), PAGE))
                .containsExactly("access-control-allow-origin: *", "access-control-expose-headers: *");
        assertThat(answer(stars(false), null)).isEmpty();
    }

    @Test
    void wordsOfTheUpstreamAreDropped() {
        assertThat(rule(false, PAGE).answer(PAGE).remove())
                .extracting(Object::toString)
                .contains("access-control-allow-origin", "access-control-allow-credentials", "access-control-max-age");
    }

    @Test
    void preflightIsToldWhatIsAllowed() {
        assertThat(lines(rule(true, PAGE).preflight(PAGE, "DELETE", "x-z")))
                .containsExactly(
                        "access-control-allow-origin: " + PAGE,
                        "access-control-allow-credentials: true",
                        "access-control-allow-methods: GET, PUT",
                        "access-control-allow-headers: x-a",
                        "access-control-max-age: 600",
                        "vary: Origin");
    }

    @Test
    void preflightOfAnotherPageIsToldNothing() {
        assertThat(lines(rule(true, PAGE).preflight("https://evil.example", "GET", null)))
                .containsExactly("vary: Origin");
    }

    @Test
    void starIsItselfWithoutCredentialsAndWhatWasAskedForWithThem() {
        assertThat(lines(stars(false).preflight(PAGE, "DELETE", "x-z")))
                .containsExactly(
                        "access-control-allow-origin: *",
                        "access-control-allow-methods: *",
                        "access-control-allow-headers: *",
                        "access-control-max-age: 5");
        assertThat(lines(stars(true).preflight(PAGE, "DELETE", "x-z")))
                .containsExactly(
                        "access-control-allow-origin: " + PAGE,
                        "access-control-allow-credentials: true",
                        "access-control-allow-methods: DELETE",
                        "access-control-allow-headers: x-z",
                        "access-control-max-age: 5",
                        "vary: Origin");
        assertThat(lines(stars(true).preflight(PAGE, "DELETE", null)))
                .noneMatch(line -> line.startsWith("access-control-allow-headers"));
    }
}
