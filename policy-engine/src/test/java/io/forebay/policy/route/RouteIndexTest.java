package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.HeaderName;
import io.forebay.policy.TestRequest;
import io.forebay.policy.route.RouteMatch.HeaderMatch;
import io.forebay.policy.route.RouteMatch.PathMatch;
import io.forebay.policy.route.RouteMatch.QueryMatch;
import io.forebay.policy.route.RouteMatch.ValueKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteIndexTest {

    private final List<RouteCandidate> candidates = new ArrayList<>();

    private RouteIndexTest add(String rule, @Nullable String host, RouteMatch match) {
        candidates.add(
                new RouteCandidate(host, match, RouteRule.builder(rule).build(), 0, "default/r", candidates.size(), 0));
        return this;
    }

    private RouteIndexTest prefix(String rule, @Nullable String host, String path) {
        return add(rule, host, RouteMatch.of(PathMatch.prefix(path)));
    }

    private RouteIndexTest exact(String rule, @Nullable String host, String path) {
        return add(rule, host, RouteMatch.of(PathMatch.exact(path)));
    }

    private @Nullable String match(TestRequest request) {
        RouteRule rule = RouteIndex.of(candidates).match(request);
        return rule == null ? null : rule.id();
    }

    @ParameterizedTest
    @CsvSource({
        "/foo, /foo, true",
        "/foo, /foo/, true",
        "/foo, /foo/bar, true",
        "/foo, /foobar, false",
        "/foo, /fo, false",
        "/foo/, /foo, true",
        "/foo/, /foo/bar, true",
        "/foo/bar, /foo, false",
        "/foo/bar, /foo/bar/baz, true",
        "/, /, true",
        "/, /anything/at/all, true",
    })
    void prefixesMatchWholeSegments(String prefix, String path, boolean matches) {
        prefix("r", null, prefix);
        assertThat(match(TestRequest.get("a", path))).isEqualTo(matches ? "r" : null);
    }

    @Test
    void exactPathDoesNotMatchItsTrailingSlash() {
        exact("r", null, "/foo");
        assertThat(match(TestRequest.get("a", "/foo"))).isEqualTo("r");
        assertThat(match(TestRequest.get("a", "/foo/"))).isNull();
    }

    @Test
    void exactPathBeatsTheSamePrefixAndLongPrefixesBeatShortOnes() {
        prefix("root", null, "/")
                .prefix("ab", null, "/a/b")
                .exact("exact", null, "/a/b")
                .prefix("a", null, "/a");
        assertThat(match(TestRequest.get("h", "/a/b"))).isEqualTo("exact");
        assertThat(match(TestRequest.get("h", "/a/b/c"))).isEqualTo("ab");
        assertThat(match(TestRequest.get("h", "/a/x/c"))).isEqualTo("a");
        assertThat(match(TestRequest.get("h", "/x"))).isEqualTo("root");
    }

    @Test
    void exactHostBeatsWildcardsAndLongWildcardsBeatShortOnes() {
        prefix("any", null, "/")
                .prefix("com", "*.com", "/")
                .prefix("example", "*.example.com", "/")
                .prefix("www", "www.example.com", "/");
        assertThat(match(TestRequest.get("www.example.com", "/"))).isEqualTo("www");
        assertThat(match(TestRequest.get("a.b.example.com", "/"))).isEqualTo("example");
        assertThat(match(TestRequest.get("example.com", "/"))).isEqualTo("com");
        assertThat(match(TestRequest.get("com", "/"))).isEqualTo("any");
        assertThat(match(TestRequest.get("", "/"))).isEqualTo("any");
    }

    @Test
    void wildcardNeedsALabelInPlaceOfItsStar() {
        prefix("wild", "*.example.com", "/");
        assertThat(match(TestRequest.get("example.com", "/"))).isNull();
        assertThat(match(TestRequest.get(".example.com", "/"))).isNull();
        assertThat(match(TestRequest.get("notexample.com", "/"))).isNull();
    }

    @Test
    void requestThatTheSpecificHostHasNoPathForFallsToTheLessSpecificHost() {
        exact("www", "www.example.com", "/only").prefix("wild", "*.example.com", "/");
        assertThat(match(TestRequest.get("www.example.com", "/other"))).isEqualTo("wild");
    }

    @Test
    void longPrefixThatFailsOnItsMethodLeavesTheRequestToTheShorterOne() {
        prefix("short", null, "/a")
                .add("post", null, new RouteMatch(PathMatch.prefix("/a/b/c"), "POST", List.of(), List.of()));
        assertThat(match(TestRequest.get("h", "/a/b/c/d"))).isEqualTo("short");
        assertThat(match(new TestRequest("POST", "h", "/a/b/c/d"))).isEqualTo("post");
    }

    @Test
    void methodBeatsHeadersAndHeadersBeatQueryParameters() {
        HeaderName beta = HeaderName.of("x-beta");
        add("query", null, new RouteMatch(PathMatch.prefix("/"), null, List.of(), List.of(new QueryMatch("v", "1"))))
                .add(
                        "header",
                        null,
                        new RouteMatch(PathMatch.prefix("/"), null, List.of(new HeaderMatch(beta, "yes")), List.of()))
                .add("method", null, new RouteMatch(PathMatch.prefix("/"), "GET", List.of(), List.of()));
        assertThat(match(TestRequest.get("h", "/?v=1").with("X-Beta", "yes"))).isEqualTo("method");
        assertThat(match(new TestRequest("PUT", "h", "/?v=1").with("X-Beta", "yes")))
                .isEqualTo("header");
        assertThat(match(new TestRequest("PUT", "h", "/?v=1").with("X-Beta", "no")))
                .isEqualTo("query");
        assertThat(match(new TestRequest("PUT", "h", "/"))).isNull();
    }

    @Test
    void olderRouteBeatsNewerAndNamesBreakTies() {
        RouteMatch match = RouteMatch.ANY;
        RouteRule newer = RouteRule.builder("newer").build();
        RouteRule older = RouteRule.builder("older").build();
        RouteRule named = RouteRule.builder("named").build();
        RouteIndex index = RouteIndex.of(List.of(
                new RouteCandidate(null, match, newer, 20, "a/a", 0, 0),
                new RouteCandidate(null, match, older, 10, "z/z", 0, 0),
                new RouteCandidate(null, match, named, 10, "b/b", 3, 0)));
        assertThat(index.match(TestRequest.get("h", "/"))).isEqualTo(named);
    }

    @ParameterizedTest
    @CsvSource({
        "q=red+shoes, true",
        "q=red%20shoes, true",
        "%71=red%20shoes, true",
        "a=1&q=red%20shoes&q=blue, true",
        "q=blue&q=red+shoes, false",
        "q=red, false",
        "q=red+shoes+, false",
        "q, false",
        "q=red%2shoes, false",
        "xq=red+shoes, false",
    })
    void queryParametersAreComparedDecodedAndTheFirstOfANameCounts(String query, boolean matches) {
        add(
                "r",
                null,
                new RouteMatch(PathMatch.prefix("/"), null, List.of(), List.of(new QueryMatch("q", "red shoes"))));
        assertThat(match(TestRequest.get("h", "/?" + query))).isEqualTo(matches ? "r" : null);
    }

    @Test
    void parameterWithoutValueIsEmpty() {
        add("r", null, new RouteMatch(PathMatch.prefix("/"), null, List.of(), List.of(new QueryMatch("flag", ""))));
        assertThat(match(TestRequest.get("h", "/?flag"))).isEqualTo("r");
        assertThat(match(TestRequest.get("h", "/?flag="))).isEqualTo("r");
        assertThat(match(TestRequest.get("h", "/?"))).isNull();
    }

    @Test
    void asteriskTargetMatchesNoPrefix() {
        prefix("root", null, "/");
        assertThat(match(new TestRequest("OPTIONS", "h", "*"))).isNull();
    }

    private RouteIndexTest expression(String rule, @Nullable String host, String regex) {
        return add(rule, host, RouteMatch.of(PathMatch.regularExpression(regex)));
    }

    @Test
    void exactPathBeatsExpressionsAndTheyBeatPrefixes() {
        prefix("prefix", null, "/menu/today")
                .expression("regex", null, "/menu/.*")
                .exact("exact", null, "/menu/today");
        assertThat(match(TestRequest.get("h", "/menu/today"))).isEqualTo("exact");
        assertThat(match(TestRequest.get("h", "/menu/today/soup"))).isEqualTo("regex");
        assertThat(match(TestRequest.get("h", "/menu"))).isNull();
    }

    @Test
    void expressionTakesTheWholePathWithoutTheQuery() {
        expression("r", null, "/v[0-9]+");
        assertThat(match(TestRequest.get("h", "/v12?a=b"))).isEqualTo("r");
        assertThat(match(TestRequest.get("h", "/v12/x"))).isNull();
        assertThat(match(TestRequest.get("h", "/a/v12"))).isNull();
    }

    @Test
    void longestExpressionIsTriedFirst() {
        expression("short", null, "/.*").expression("long", null, "/menu/.*").expression("middle", null, "/men.*");
        assertThat(match(TestRequest.get("h", "/menu/soup"))).isEqualTo("long");
        assertThat(match(TestRequest.get("h", "/mend"))).isEqualTo("middle");
        assertThat(match(TestRequest.get("h", "/x"))).isEqualTo("short");
    }

    @Test
    void expressionThatFailsOnItsMethodLeavesTheRequestToThePrefix() {
        add("post", null, new RouteMatch(PathMatch.regularExpression("/a.*"), "POST", List.of(), List.of()))
                .prefix("prefix", null, "/a");
        assertThat(match(TestRequest.get("h", "/a"))).isEqualTo("prefix");
        assertThat(match(new TestRequest("POST", "h", "/a"))).isEqualTo("post");
    }

    @Test
    void headerAndQueryExpressionsTakeWholeValues() {
        add(
                "r",
                null,
                new RouteMatch(
                        PathMatch.prefix("/"),
                        null,
                        List.of(new HeaderMatch(HeaderName.of("x-version"), ValueKind.REGULAR_EXPRESSION, "v[0-9]")),
                        List.of(new QueryMatch("lang", ValueKind.REGULAR_EXPRESSION, "[a-z]+ (gb|ü)"))));
        assertThat(match(TestRequest.get("h", "/?lang=en%20gb").with("x-version", "v2")))
                .isEqualTo("r");
        assertThat(match(TestRequest.get("h", "/?lang=de+%C3%BC").with("x-version", "v2")))
                .isEqualTo("r");
        assertThat(match(TestRequest.get("h", "/?lang=en%20gb").with("x-version", "v22")))
                .isNull();
        assertThat(match(TestRequest.get("h", "/?lang=en%20gb").with("x-version", "xv2")))
                .isNull();
        assertThat(match(TestRequest.get("h", "/?lang=en%20gbx").with("x-version", "v2")))
                .isNull();
        assertThat(match(TestRequest.get("h", "/?lang=en%20gb"))).isNull();
        assertThat(match(TestRequest.get("h", "/").with("x-version", "v2"))).isNull();
    }

    @Test
    void exactHeaderBeatsAnExpression() {
        HeaderName name = HeaderName.of("x-version");
        add(
                        "regex",
                        null,
                        new RouteMatch(
                                PathMatch.prefix("/"),
                                null,
                                List.of(new HeaderMatch(name, ValueKind.REGULAR_EXPRESSION, ".*")),
                                List.of()))
                .add(
                        "exact",
                        null,
                        new RouteMatch(PathMatch.prefix("/"), null, List.of(new HeaderMatch(name, "v2")), List.of()));
        assertThat(match(TestRequest.get("h", "/").with("x-version", "v2"))).isEqualTo("exact");
        assertThat(match(TestRequest.get("h", "/").with("x-version", "v3"))).isEqualTo("regex");
    }

    @Test
    void serviceOfGrpcBeatsMethodWithoutService() {
        add("method", null, RouteMatch.of(PathMatch.grpcMethod("List")))
                .prefix("all", null, "/")
                .prefix("service", null, "/shop.Menu")
                .exact("both", null, "/shop.Menu/Get");
        assertThat(match(TestRequest.get("h", "/shop.Menu/Get"))).isEqualTo("both");
        assertThat(match(TestRequest.get("h", "/shop.Menu/List"))).isEqualTo("service");
        assertThat(match(TestRequest.get("h", "/shop.Other/List"))).isEqualTo("method");
        assertThat(match(TestRequest.get("h", "/shop.Other/Get"))).isEqualTo("all");
    }

    @ParameterizedTest
    @CsvSource({
        "/a/List, true",
        "/a/b/List, false",
        "/List, false",
        "//List, false",
        "/a/XList, false",
        "/a/List/, false"
    })
    void methodOfGrpcIsTheSecondOfTwoSegments(String path, boolean matches) {
        add("r", null, RouteMatch.of(PathMatch.grpcMethod("List")));
        assertThat(match(TestRequest.get("a", path))).isEqualTo(matches ? "r" : null);
    }
}
