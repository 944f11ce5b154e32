package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.TestRequest;
import io.forebay.policy.route.RouteMatch.HeaderMatch;
import io.forebay.policy.route.RouteMatch.PathKind;
import io.forebay.policy.route.RouteMatch.PathMatch;
import io.forebay.policy.route.RouteMatch.QueryMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The index against a scan of all routes, sorted by the Gateway API's precedence as one reads it.
class RouteIndexPropertyTest {

    private static final List<String> LABELS = List.of("a", "b", "www", "example");
    private static final List<String> SEGMENTS = List.of("a", "b", "ab", "menu", "");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT");
    private static final List<String> HEADERS = List.of("x-one", "x-two");
    private static final List<String> VALUES = List.of("1", "2");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 10946})
    void indexAgreesWithLinearScan(long seed) {
        Random random = new Random(seed);
        int matched = 0;
        for (int round = 0; round < 20; round++) {
            List<RouteCandidate> candidates = candidates(random, 1 + random.nextInt(60));
            RouteIndex index = RouteIndex.of(candidates);
            for (int i = 0; i < 200; i++) {
                TestRequest request = request(random);
                RouteRule expected = scan(candidates, request);
                assertThat(index.match(request))
                        .as("seed %d, %s", seed, describe(request))
                        .isSameAs(expected);
                matched += expected == null ? 0 : 1;
            }
        }
        assertThat(matched).as("requests that match something, seed %d", seed).isBetween(200, 3_990);
    }

    private static List<RouteCandidate> candidates(Random random, int count) {
        List<RouteCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String route = "ns/" + pick(random, LABELS);
            RouteRule rule = RouteRule.builder(route + "/" + i).build();
            candidates.add(new RouteCandidate(host(random), match(random), rule, random.nextInt(3), route, i, 0));
        }
        return candidates;
    }

    private static @Nullable String host(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> "*." + name(random, 1 + random.nextInt(2));
            default -> name(random, 1 + random.nextInt(3));
        };
    }

    private static String name(Random random, int labels) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < labels; i++) {
            parts.add(pick(random, LABELS));
        }
        return String.join(".", parts);
    }

    private static RouteMatch match(Random random) {
        PathMatch path = switch (random.nextInt(7)) {
            case 0, 1 -> PathMatch.exact(path(random));
            case 2 -> PathMatch.regularExpression("/(" + pick(random, SEGMENTS) + "|" + path(random) + ")/?.?");
            case 3 -> PathMatch.grpcMethod(pick(random, SEGMENTS));
            default -> PathMatch.prefix(path(random));
        };
        String method = random.nextInt(3) == 0 ? pick(random, METHODS) : null;
        List<HeaderMatch> headers = new ArrayList<>();
        List<QueryMatch> params = new ArrayList<>();
        for (String name : HEADERS) {
            if (random.nextInt(6) == 0) {
                headers.add(new HeaderMatch(HeaderName.of(name), pick(random, VALUES)));
            }
            if (random.nextInt(6) == 0) {
                params.add(new QueryMatch(name, pick(random, VALUES)));
            }
        }
        return new RouteMatch(path, method, headers, params);
    }

    private static String path(Random random) {
        int segments = random.nextInt(4);
        StringBuilder path = new StringBuilder(segments == 0 ? "/" : "");
        for (int i = 0; i < segments; i++) {
            path.append('/').append(pick(random, SEGMENTS));
        }
        return path.toString();
    }

    private static TestRequest request(Random random) {
        StringBuilder target = new StringBuilder(path(random));
        for (String name : HEADERS) {
            if (random.nextInt(3) == 0) {
                target.append(target.indexOf("?") < 0 ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(pick(random, VALUES));
            }
        }
        TestRequest request =
                new TestRequest(pick(random, METHODS), name(random, 1 + random.nextInt(4)), target.toString());
        for (String name : HEADERS) {
            if (random.nextInt(2) == 0) {
                request.with(name, pick(random, VALUES));
            }
        }
        return request;
    }

    private static @Nullable RouteRule scan(List<RouteCandidate> candidates, TestRequest request) {
        return candidates.stream()
                .filter(candidate -> hostMatches(candidate.hostname(), request.text(request.host())))
                .filter(candidate -> pathMatches(candidate.match().path(), request.text(request.path())))
                .filter(candidate -> predicatesHold(candidate.match(), request))
                .min(Comparator.comparingInt((RouteCandidate c) -> -exactHostLength(c))
                        .thenComparingInt(
                                c -> c.hostname() == null ? 0 : -c.hostname().length())
                        .thenComparingInt(c -> rank(c.match().path().kind()))
                        .thenComparingInt(c -> -length(c.match().path()))
                        .thenComparing(c -> c.match().path().kind() != PathKind.GRPC_METHOD)
                        .thenComparingInt(c -> c.match().method() == null ? 1 : 0)
                        .thenComparingInt(c -> -c.match().headers().size())
                        .thenComparingInt(c -> -c.match().queryParams().size())
                        .thenComparingLong(RouteCandidate::createdAtMs)
                        .thenComparing(RouteCandidate::route)
                        .thenComparingInt(RouteCandidate::ruleIndex))
                .map(RouteCandidate::rule)
                .orElse(null);
    }

    private static int rank(PathKind kind) {
        return switch (kind) {
            case EXACT -> 0;
            case REGULAR_EXPRESSION -> 1;
            case PREFIX, GRPC_METHOD -> 2;
        };
    }

    private static int length(PathMatch path) {
        return switch (path.kind()) {
            case PREFIX -> trimmed(path.value()).length();
            case GRPC_METHOD -> 0;
            case EXACT, REGULAR_EXPRESSION -> path.value().length();
        };
    }

    private static int exactHostLength(RouteCandidate candidate) {
        String host = candidate.hostname();
        return host == null || host.startsWith("*") ? 0 : host.length();
    }

    private static boolean hostMatches(@Nullable String pattern, String host) {
        if (pattern == null) {
            return true;
        }
        return pattern.startsWith("*") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
    }

    private static String trimmed(String prefix) {
        return prefix.replaceAll("/+$", "");
    }

    private static boolean pathMatches(PathMatch match, String path) {
        String prefix = trimmed(match.value());
        return switch (match.kind()) {
            case EXACT -> path.equals(match.value());
            case REGULAR_EXPRESSION -> path.matches(match.value());
            case GRPC_METHOD -> path.matches("/[^/]+/" + match.value());
            case PREFIX -> path.equals(prefix) || path.startsWith(prefix + "/");
        };
    }

    private static boolean predicatesHold(RouteMatch match, TestRequest request) {
        String method = match.method();
        String query = request.query() == ByteSpan.ABSENT ? "" : request.text(request.query());
        List<String> params = List.of(query.split("&"));
        return (method == null || method.equals(request.text(request.method())))
                && match.headers().stream().allMatch(header -> header.value().equals(request.headerText(header.name())))
                && match.queryParams().stream().allMatch(param -> params.contains(param.name() + "=" + param.value()));
    }

    private static String describe(TestRequest request) {
        String query = request.query() == ByteSpan.ABSENT ? "" : "?" + request.text(request.query());
        return request.text(request.method()) + " " + request.text(request.host()) + " " + request.text(request.path())
                + query;
    }

    private static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
