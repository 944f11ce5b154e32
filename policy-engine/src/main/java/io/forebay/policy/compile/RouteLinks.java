package io.forebay.policy.compile;

import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.route.RouteCandidate;
import io.forebay.policy.route.RouteRule;
import java.util.List;

/// What the gateway serves of one route.
record RouteLinks(List<RouteRule> rules, List<Served> served) {

    /// A candidate of one listener.
    record Served(ObjectKey gateway, String listener, RouteCandidate candidate) {}
}
