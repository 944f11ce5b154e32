package io.forebay.policy.route;

import org.jspecify.annotations.Nullable;

/// One match of one rule under one hostname, with what the Gateway API's precedence needs: the input of
/// [RouteIndex].
///
/// @param hostname lower-case exact or `*.` name, null for every host
/// @param createdAtMs creation time of the HTTPRoute, 0 if unknown (older wins)
/// @param route namespace/name of the HTTPRoute
/// @param ruleIndex position of the rule in its HTTPRoute
/// @param matchIndex position of the match in its rule
public record RouteCandidate(
        @Nullable String hostname,
        RouteMatch match,
        RouteRule rule,
        long createdAtMs,
        String route,
        int ruleIndex,
        int matchIndex) {}
