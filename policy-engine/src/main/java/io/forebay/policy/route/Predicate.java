package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.RequestFacts;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one match asks beyond host and path, with its bytes ready.
final class Predicate {

    /// The Gateway API's order among matches of the same host and path.
    private static final Comparator<RouteCandidate> PRECEDENCE = Comparator.<RouteCandidate>comparingInt(
                    candidate -> candidate.match().method() == null ? 1 : 0)
            .thenComparingInt(candidate -> -candidate.match().headers().size())
            .thenComparingInt(candidate -> -candidate.match().queryParams().size())
            .thenComparingLong(RouteCandidate::createdAtMs)
            .thenComparing(RouteCandidate::route)
            .thenComparingInt(RouteCandidate::ruleIndex)
            .thenComparingInt(RouteCandidate::matchIndex);

    private final RouteCandidate candidate;
    private final RouteRule rule;
    private final byte @Nullable [] method;
    private final HeaderName[] headerNames;
    private final byte[][] headerValues;
    private final byte[][] queryNames;
    private final byte[][] queryValues;

    Predicate(RouteCandidate candidate) {
        RouteMatch match = candidate.match();
        this.candidate = candidate;
        this.rule = candidate.rule();
        this.method = match.method() == null ? null : match.method().getBytes(StandardCharsets.ISO_8859_1);
        this.headerNames =
                match.headers().stream().map(RouteMatch.HeaderMatch::name).toArray(HeaderName[]::new);
        this.headerValues = match.headers().stream()
                .map(header -> header.value().getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.queryNames = match.queryParams().stream()
                .map(param -> param.name().getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.queryValues = match.queryParams().stream()
                .map(param -> param.value().getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    static Predicate[] inOrder(List<Predicate> predicates) {
        return predicates.stream()
                .sorted(Comparator.comparing(predicate -> predicate.candidate, PRECEDENCE))
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
                && headersHold(facts)
                && queryHolds(facts);
    }

    private boolean headersHold(RequestFacts facts) {
        for (int i = 0; i < headerNames.length; i++) {
            if (!ByteSpan.equals(facts.bytes(), facts.header(headerNames[i]), headerValues[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean queryHolds(RequestFacts facts) {
        for (int i = 0; i < queryNames.length; i++) {
            if (!QueryParameters.firstEquals(facts.bytes(), facts.query(), queryNames[i], queryValues[i])) {
                return false;
            }
        }
        return true;
    }
}
