package io.forebay.policy.compile;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPPathMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRetry;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PathSpelling;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Gep2257;
import io.forebay.policy.document.GrpcRouteTranslation;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.RetryRule;
import io.forebay.policy.route.RouteMatch;
import io.forebay.policy.route.RouteMatch.PathMatch;
import io.forebay.policy.route.RouteMatch.ValueKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parts of a checked HTTPRoute rule as the router and the proxy want them, with the Gateway API's defaults.
final class RouteMapping {
    private static final HeaderName ORIGIN = HeaderName.of("origin");
    private static final HeaderName REQUEST_METHOD = HeaderName.of("access-control-request-method");
    private static final String REGULAR_EXPRESSION = "RegularExpression";

    private RouteMapping() {}

    static List<RouteMatch> matches(HTTPRouteRule rule) {
        return rule.getMatches().isEmpty()
                ? List.of(RouteMatch.ANY)
                : rule.getMatches().stream().map(RouteMapping::match).toList();
    }

    /// Where browsers ask before they send what `matches` take: a preflight has another method, and none of the
    /// request's own fields. Only preflights match, and the rule answers them.
    static List<RouteMatch> preflights(HTTPRouteRule rule, List<RouteMatch> matches) {
        List<RouteMatch> preflights = new ArrayList<>();
        boolean isCors = rule.getFilters().stream().anyMatch(filter -> filter.getCors() != null);
        for (RouteMatch match : matches) {
            String method = match.method();
            if (isCors && method != null && !method.equals("OPTIONS")) {
                List<RouteMatch.HeaderMatch> headers = List.of(
                        new RouteMatch.HeaderMatch(REQUEST_METHOD, method),
                        new RouteMatch.HeaderMatch(ORIGIN, ValueKind.REGULAR_EXPRESSION, ".+"));
                preflights.add(new RouteMatch(match.path(), "OPTIONS", headers, match.queryParams()));
            }
        }
        return preflights;
    }

    static RouteMatch match(HTTPRouteMatch match) {
        return new RouteMatch(
                path(match.getPath()),
                match.getMethod(),
                match.getHeaders().stream()
                        .map(header -> new RouteMatch.HeaderMatch(
                                HeaderName.of(header.getName()), kind(header.getType()), header.getValue()))
                        .toList(),
                match.getQueryParams().stream()
                        .map(param ->
                                new RouteMatch.QueryMatch(param.getName(), kind(param.getType()), param.getValue()))
                        .toList());
    }

    private static ValueKind kind(@Nullable String type) {
        return REGULAR_EXPRESSION.equals(type) ? ValueKind.REGULAR_EXPRESSION : ValueKind.EXACT;
    }

    private static PathMatch path(@Nullable HTTPPathMatch path) {
        if (path == null) {
            return PathMatch.prefix("/");
        }
        if (REGULAR_EXPRESSION.equals(path.getType())) {
            return PathMatch.regularExpression(requireNonNull(path.getValue(), "value"));
        }
        if (GrpcRouteTranslation.METHOD_OF_ANY_SERVICE.equals(path.getType())) {
            return PathMatch.grpcMethod(requireNonNull(path.getValue(), "value"));
        }
        String value = path.getValue() == null ? "/" : spelled(path.getValue());
        return "Exact".equals(path.getType()) ? PathMatch.exact(value) : PathMatch.prefix(value);
    }

    /// As requests are spelled before they are matched; a path that has no spelling was refused with its document.
    static String spelled(String path) {
        return requireNonNull(PathSpelling.of(path), path);
    }

    static BackendSplit backends(Header route, HTTPRouteRule rule, Scope scope) {
        List<BackendSplit.Share> shares = new ArrayList<>();
        List<BackendSplit.Share> fallbacks = new ArrayList<>();
        for (HTTPBackendRef ref : rule.getBackendRefs()) {
            int weight = ref.getWeight() == null ? 1 : ref.getWeight();
            ObjectKey backend = backend(route, ref);
            String problem = RouteChecks.backendProblem(route, backend, scope);
            BackendSplit.Share share = problem == null
                    ? BackendSplit.Share.of(PolicyMapping.id(backend), weight)
                    : BackendSplit.Share.faulty(PolicyMapping.id(backend), problem, weight);
            boolean isAside = problem == null && isFallback(backend, scope);
            (isAside ? fallbacks : shares)
                    .add(share.with(
                            RouteFilters.edits(ref.getFilters(), HTTPRouteFilter::getRequestHeaderModifier),
                            RouteFilters.edits(ref.getFilters(), HTTPRouteFilter::getResponseHeaderModifier)));
        }
        return BackendSplit.of(shares, fallbacks);
    }

    static boolean isFallback(ObjectKey key, Scope scope) {
        LiveObject found = scope.find(Kind.BACKEND, key.namespace(), key.name());
        return found != null
                && found.document() instanceof Document.Backend backend
                && Boolean.TRUE.equals(backend.spec().fallback());
    }

    /// Null where nothing is tried again: without `retry`, or with no attempts. The Gateway API leaves the number open
    /// where it is not given; one is enough for a backend that restarts.
    static @Nullable RetryRule retry(@Nullable HTTPRouteRetry retry, long bodyBytesMax) {
        int attempts = retry == null ? 0 : retry.getAttempts() == null ? 1 : retry.getAttempts();
        return retry == null || attempts == 0
                ? null
                : new RetryRule(attempts, retry.getCodes(), timeoutNs(retry.getBackoff()), bodyBytesMax);
    }

    static ObjectKey backend(Header route, HTTPBackendRef ref) {
        String namespace = ref.getNamespace() == null ? route.key().namespace() : ref.getNamespace();
        return new ObjectKey(Kind.BACKEND, namespace, ref.getName());
    }

    static long timeoutNs(@Nullable String duration) {
        return duration == null
                ? 0
                : Gep2257.parse(duration).map(Duration::toNanos).orElse(0L);
    }
}
