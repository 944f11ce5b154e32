package io.forebay.policy.route;

import io.forebay.policy.RequestFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the rule for a request on one listener.
public final class RouteIndex {

    public static final RouteIndex EMPTY = of(List.of());

    private final List<RouteCandidate> candidates;

    private RouteIndex(List<RouteCandidate> candidates) {
        this.candidates = List.copyOf(candidates);
    }

    public static RouteIndex of(List<RouteCandidate> candidates) {
        return new RouteIndex(candidates);
    }

    public List<RouteCandidate> candidates() {
        return candidates;
    }

    /// The rule that takes the request, or null.
    public @Nullable RouteRule match(RequestFacts facts) {
        if (candidates.isEmpty()) {
            return null;
        }
        throw new UnsupportedOperationException(facts.toString());
    }
}
