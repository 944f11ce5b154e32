package io.forebay.policy.compile;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.SessionPersistence;
import io.forebay.policy.HeaderName;
import io.forebay.policy.StableHash;
import io.forebay.policy.document.SessionRules;
import io.forebay.policy.route.RouteMatch;
import io.forebay.policy.route.RouteMatch.PathKind;
import io.forebay.policy.route.RouteMatch.PathMatch;
import io.forebay.policy.route.SessionRule;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The `sessionPersistence` of a checked rule, with the Gateway API's defaults.
final class SessionMapping {
    private SessionMapping() {}

    /// @param id of the rule, by which a cookie is called that has no name
    static @Nullable SessionRule session(String id, HTTPRouteRule rule) {
        SessionPersistence session = rule.getSessionPersistence();
        if (session == null) {
            return null;
        }
        String idle = (String) session.getAdditionalProperties().get(SessionRules.IDLE_TIMEOUT);
        long idleSeconds = TimeUnit.NANOSECONDS.toSeconds(RouteMapping.timeoutNs(idle));
        return lasting(id, rule, session).endingIdle(idleSeconds);
    }

    private static SessionRule lasting(String id, HTTPRouteRule rule, SessionPersistence session) {
        long lifetimeSeconds = TimeUnit.NANOSECONDS.toSeconds(RouteMapping.timeoutNs(session.getAbsoluteTimeout()));
        if ("Header".equals(session.getType())) {
            return SessionRule.header(HeaderName.of(session.getSessionName()), lifetimeSeconds);
        }
        boolean isPermanent = session.getCookieConfig() != null
                && "Permanent".equals(session.getCookieConfig().getLifetimeType());
        return SessionRule.cookie(
                requireNonNullElse(session.getSessionName(), "forebay-" + Long.toHexString(StableHash.of(id))),
                path(RouteMapping.matches(rule)),
                lifetimeSeconds,
                isPermanent);
    }

    /// The path of the one match; `/` where there are several, or none that a cookie could have as its path.
    private static String path(List<RouteMatch> matches) {
        PathMatch path = matches.getFirst().path();
        boolean isPlain = matches.size() == 1
                && (path.kind() == PathKind.EXACT || path.kind() == PathKind.PREFIX)
                && path.value().chars().noneMatch(c -> c == ';' || c == '%' || c == ',');
        return isPlain ? path.value() : "/";
    }
}
