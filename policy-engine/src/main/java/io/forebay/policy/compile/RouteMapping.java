package io.forebay.policy.compile;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeader;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeaderFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPPathMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PathSpelling;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Gep2257;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.RouteMatch;
import io.forebay.policy.route.RouteMatch.PathMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The parts of a checked HTTPRoute rule as the router and the proxy want them, with the Gateway API's defaults.
final class RouteMapping {

    private RouteMapping() {}

    static List<RouteMatch> matches(HTTPRouteRule rule) {
        return rule.getMatches().isEmpty()
                ? List.of(RouteMatch.ANY)
                : rule.getMatches().stream().map(RouteMapping::match).toList();
    }

    static RouteMatch match(HTTPRouteMatch match) {
        return new RouteMatch(
                path(match.getPath()),
                match.getMethod(),
                match.getHeaders().stream()
                        .map(header -> new RouteMatch.HeaderMatch(HeaderName.of(header.getName()), header.getValue()))
                        .toList(),
                match.getQueryParams().stream()
                        .map(param -> new RouteMatch.QueryMatch(param.getName(), param.getValue()))
                        .toList());
    }

    private static PathMatch path(@Nullable HTTPPathMatch path) {
        if (path == null) {
            return PathMatch.prefix("/");
        }
        String value = path.getValue() == null ? "/" : spelled(path.getValue());
        return "Exact".equals(path.getType()) ? PathMatch.exact(value) : PathMatch.prefix(value);
    }

    /// As requests are spelled before they are matched; a path that has no spelling was refused with its document.
    private static String spelled(String path) {
        return requireNonNull(PathSpelling.of(path), path);
    }

    static HeaderEdits edits(HTTPRouteRule rule, Function<HTTPRouteFilter, @Nullable HTTPHeaderFilter> side) {
        for (HTTPRouteFilter filter : rule.getFilters()) {
            HTTPHeaderFilter edits = side.apply(filter);
            if (edits != null) {
                return new HeaderEdits(
                        headers(edits.getSet()),
                        headers(edits.getAdd()),
                        edits.getRemove().stream().map(HeaderName::of).toList());
            }
        }
        return HeaderEdits.NONE;
    }

    private static List<ForwardedHeader> headers(List<HTTPHeader> headers) {
        return headers.stream()
                .map(header -> new ForwardedHeader(HeaderName.of(header.getName()), header.getValue()))
                .toList();
    }

    static BackendSplit backends(Header route, HTTPRouteRule rule, Scope scope) {
        List<BackendSplit.Share> shares = new ArrayList<>();
        List<BackendSplit.Share> fallbacks = new ArrayList<>();
        for (HTTPBackendRef ref : rule.getBackendRefs()) {
            int weight = ref.getWeight() == null ? 1 : ref.getWeight();
            String problem = RouteChecks.backendProblem(route, ref, scope);
            if (problem != null) {
                shares.add(BackendSplit.Share.faulty(problem, weight));
            } else {
                BackendSplit.Share share = BackendSplit.Share.of(route.key().namespace() + "/" + ref.getName(), weight);
                (isFallback(route, ref, scope) ? fallbacks : shares).add(share);
            }
        }
        return BackendSplit.of(shares, fallbacks);
    }

    private static boolean isFallback(Header route, HTTPBackendRef ref, Scope scope) {
        LiveObject found = scope.find(Kind.BACKEND, route.key().namespace(), requireNonNull(ref.getName()));
        return found != null
                && found.document() instanceof Document.Backend backend
                && Boolean.TRUE.equals(backend.spec().fallback());
    }

    static long timeoutNs(@Nullable String duration) {
        return duration == null
                ? 0
                : Gep2257.parse(duration).map(Duration::toNanos).orElse(0L);
    }
}
