package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.RequestFacts;
import io.forebay.policy.expression.RegularExpression;
import io.forebay.policy.route.RouteMatch.PathKind;
import io.forebay.policy.route.RouteMatch.ValueKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one match asks beyond host and path, and of the path where that is a regular expression, with its bytes ready.
/// A regular expression decodes what it looks at; nothing else creates anything.
final class Predicate {

    /// The Gateway API's order among matches of the same host and path.
    private static final Comparator<RouteCandidate> PRECEDENCE = Comparator.<RouteCandidate>comparingInt(
                    candidate -> candidate.match().path().kind() == PathKind.GRPC_METHOD ? 0 : 1)
            .thenComparingInt(candidate -> candidate.match().method() == null ? 1 : 0)
            .thenComparingInt(candidate -> -candidate.match().headers().size())
            .thenComparingInt(Predicate::patternsInHeaders)
            .thenComparingInt(candidate -> -candidate.match().queryParams().size())
            .thenComparingInt(Predicate::patternsInQuery)
            .thenComparingLong(RouteCandidate::createdAtMs)
            .thenComparing(RouteCandidate::route)
            .thenComparingInt(RouteCandidate::ruleIndex)
            .thenComparingInt(RouteCandidate::matchIndex);

    private final RouteCandidate candidate;
    private final RouteRule rule;
    private final @Nullable RegularExpression path;
    private final byte @Nullable [] grpcMethod;
    private final byte @Nullable [] method;
    private final HeaderName[] headerNames;
    private final byte[][] headerValues;
    private final @Nullable RegularExpression[] headerPatterns;
    private final byte[][] queryNames;
    private final byte[][] queryValues;
    private final @Nullable RegularExpression[] queryPatterns;

    Predicate(RouteCandidate candidate) {
        RouteMatch match = candidate.match();
        this.candidate = candidate;
        this.rule = candidate.rule();
        this.path = match.path().kind() == PathKind.REGULAR_EXPRESSION
                ? RegularExpression.of(match.path().value())
                : null;
        this.grpcMethod = match.path().kind() == PathKind.GRPC_METHOD
                ? match.path().value().getBytes(StandardCharsets.US_ASCII)
                : null;
        this.method = match.method() == null ? null : match.method().getBytes(StandardCharsets.ISO_8859_1);
        this.headerNames =
                match.headers().stream().map(RouteMatch.HeaderMatch::name).toArray(HeaderName[]::new);
        this.headerValues = match.headers().stream()
                .map(header -> header.value().getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.headerPatterns = match.headers().stream()
                .map(header -> pattern(header.kind(), header.value()))
                .toArray(RegularExpression[]::new);
        this.queryNames = match.queryParams().stream()
                .map(param -> param.name().getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.queryValues = match.queryParams().stream()
                .map(param -> param.value().getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.queryPatterns = match.queryParams().stream()
                .map(param -> pattern(param.kind(), param.value()))
                .toArray(RegularExpression[]::new);
    }

    private static @Nullable RegularExpression pattern(ValueKind kind, String value) {
        return kind == ValueKind.REGULAR_EXPRESSION ? RegularExpression.of(value) : null;
    }

    /// Of as many conditions, those with more exact ones come first, as Envoy Gateway sorts them.
    private static int patternsInHeaders(RouteCandidate candidate) {
        return (int) candidate.match().headers().stream()
                .filter(header -> header.kind() == ValueKind.REGULAR_EXPRESSION)
                .count();
    }

    private static int patternsInQuery(RouteCandidate candidate) {
        return (int) candidate.match().queryParams().stream()
                .filter(param -> param.kind() == ValueKind.REGULAR_EXPRESSION)
                .count();
    }

    static Predicate[] inOrder(List<Predicate> predicates) {
        return predicates.stream()
                .sorted(Comparator.comparing(predicate -> predicate.candidate, PRECEDENCE))
                .toArray(Predicate[]::new);
    }

    /// The same where the paths differ and are regular expressions.
    static Predicate[] longestFirst(List<Predicate> predicates) {
        return predicates.stream()
                .sorted(Comparator.comparingInt((Predicate predicate) ->
                                -predicate.candidate.match().path().value().length())
                        .thenComparing(predicate -> predicate.candidate, PRECEDENCE))
                .toArray(Predicate[]::new);
    }

    /// The rule of the first predicate that holds, or null.
    static @Nullable RouteRule first(Predicate @Nullable [] predicates, RequestFacts facts) {
        if (predicates != null) {
            for (Predicate predicate : predicates) {
                if (predicate.holds(facts)) {
                    return predicate.rule;
                }
            }
        }
        return null;
    }

    private boolean holds(RequestFacts facts) {
        return (method == null || ByteSpan.equals(facts.bytes(), facts.method(), method))
                && (path == null || path.matches(facts.text(facts.path())))
                && (grpcMethod == null || isSecondOfTwo(facts, grpcMethod))
                && headersHold(facts)
                && queryHolds(facts);
    }

    private static boolean isSecondOfTwo(RequestFacts facts, byte[] segment) {
        byte[] bytes = facts.bytes();
        long path = facts.path();
        int slash = ByteSpan.end(path) - segment.length - 1;
        if (slash < ByteSpan.offset(path) + 2 || bytes[slash] != '/' || bytes[ByteSpan.offset(path)] != '/') {
            return false;
        }
        for (int i = ByteSpan.offset(path) + 1; i < slash; i++) {
            if (bytes[i] == '/') {
                return false;
            }
        }
        return Arrays.equals(bytes, slash + 1, ByteSpan.end(path), segment, 0, segment.length);
    }

    private boolean headersHold(RequestFacts facts) {
        for (int i = 0; i < headerNames.length; i++) {
            RegularExpression pattern = headerPatterns[i];
            long value = facts.header(headerNames[i]);
            boolean isMet = pattern == null
                    ? ByteSpan.equals(facts.bytes(), value, headerValues[i])
                    : ByteSpan.isPresent(value) && pattern.matches(facts.text(value));
            if (!isMet) {
                return false;
            }
        }
        return true;
    }

    private boolean queryHolds(RequestFacts facts) {
        for (int i = 0; i < queryNames.length; i++) {
            RegularExpression pattern = queryPatterns[i];
            boolean isMet = pattern == null
                    ? QueryParameters.firstEquals(facts.bytes(), facts.query(), queryNames[i], queryValues[i])
                    : isMet(pattern, QueryParameters.first(facts.bytes(), facts.query(), queryNames[i]));
            if (!isMet) {
                return false;
            }
        }
        return true;
    }

    private static boolean isMet(RegularExpression pattern, @Nullable String value) {
        return value != null && pattern.matches(value);
    }
}
