package io.forebay.policy.compile;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendObjectReference;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPCORSFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeader;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeaderFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPPathModifier;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRequestMirrorFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRequestRedirectFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.LocalObjectReference;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.HttpRouteFilterSpec;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.route.CorsRule;
import io.forebay.policy.route.DirectResponse;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.MirrorRule;
import io.forebay.policy.route.OwnAnswer;
import io.forebay.policy.route.PathEdit;
import io.forebay.policy.route.RequestRedirect;
import io.forebay.policy.route.RouteMatch;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.route.UrlRewrite;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The filters of a checked HTTPRoute rule as the stages want them, with the Gateway API's defaults.
final class RouteFilters {
    private static final int REDIRECT_STATUS_DEFAULT = 302;
    private static final int DIRECT_STATUS_DEFAULT = 200;
    private static final int CORS_MAX_AGE_DEFAULT_SECONDS = 5;
    private static final int PERCENT = 100;

    private RouteFilters() {}

    /// Gives a rule all its filters.
    static void apply(RouteRule.Builder builder, Header route, HTTPRouteRule rule, Scope scope) {
        List<HTTPRouteFilter> filters = rule.getFilters();
        String prefix = prefix(rule);
        builder.requestHeaders(edits(filters, HTTPRouteFilter::getRequestHeaderModifier))
                .responseHeaders(edits(filters, HTTPRouteFilter::getResponseHeaderModifier));
        List<MirrorRule> mirrors = new ArrayList<>();
        for (HTTPRouteFilter filter : filters) {
            if (filter.getRequestRedirect() != null) {
                builder.ownAnswer(redirect(filter.getRequestRedirect(), prefix));
            }
            if (filter.getUrlRewrite() != null) {
                String hostname = filter.getUrlRewrite().getHostname();
                builder.rewrite(
                        new UrlRewrite(hostname, edit(filter.getUrlRewrite().getPath(), prefix)));
            }
            if (filter.getCors() != null) {
                builder.cors(cors(filter.getCors()));
            }
            if (filter.getRequestMirror() != null) {
                mirrors.add(mirror(route, filter.getRequestMirror(), scope));
            }
            if (filter.getExtensionRef() != null) {
                builder.ownAnswer(direct(route, filter.getExtensionRef(), scope));
            }
        }
        builder.mirrors(mirrors);
    }

    /// The one prefix that a rule with a `ReplacePrefixMatch` has.
    private static String prefix(HTTPRouteRule rule) {
        List<RouteMatch> matches = RouteMapping.matches(rule);
        return matches.getFirst().path().value();
    }

    /// Whether the rule answers by itself.
    static boolean answers(HTTPRouteRule rule) {
        return rule.getFilters().stream()
                .anyMatch(filter -> filter.getRequestRedirect() != null || filter.getExtensionRef() != null);
    }

    static HeaderEdits edits(
            List<HTTPRouteFilter> filters, Function<HTTPRouteFilter, @Nullable HTTPHeaderFilter> side) {
        for (HTTPRouteFilter filter : filters) {
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

    private static RequestRedirect redirect(HTTPRequestRedirectFilter filter, String prefix) {
        return new RequestRedirect(
                filter.getScheme(),
                filter.getHostname(),
                filter.getPort(),
                edit(filter.getPath(), prefix),
                requireNonNullElse(filter.getStatusCode(), REDIRECT_STATUS_DEFAULT));
    }

    private static @Nullable PathEdit edit(@Nullable HTTPPathModifier path, String prefix) {
        if (path == null) {
            return null;
        }
        if (path.getReplaceFullPath() != null) {
            return PathEdit.full(RouteMapping.spelled(path.getReplaceFullPath()));
        }
        String replacement = requireNonNullElse(path.getReplacePrefixMatch(), "");
        return PathEdit.prefix(prefix, replacement.isEmpty() ? "" : RouteMapping.spelled(replacement));
    }

    private static CorsRule cors(HTTPCORSFilter filter) {
        return new CorsRule(
                filter.getAllowOrigins().stream()
                        .map(origin -> origin.toLowerCase(Locale.ROOT))
                        .toList(),
                Boolean.TRUE.equals(filter.getAllowCredentials()),
                filter.getAllowMethods(),
                filter.getAllowHeaders(),
                filter.getExposeHeaders(),
                requireNonNullElse(filter.getMaxAge(), CORS_MAX_AGE_DEFAULT_SECONDS));
    }

    private static MirrorRule mirror(Header route, HTTPRequestMirrorFilter filter, Scope scope) {
        ObjectKey backend = backend(route, filter.getBackendRef());
        String id = RouteChecks.backendProblem(route, backend, scope) == null ? PolicyMapping.id(backend) : null;
        if (filter.getFraction() != null) {
            return new MirrorRule(
                    id,
                    requireNonNull(filter.getFraction().getNumerator(), "numerator"),
                    requireNonNullElse(filter.getFraction().getDenominator(), PERCENT));
        }
        return new MirrorRule(id, requireNonNullElse(filter.getPercent(), PERCENT), PERCENT);
    }

    static ObjectKey backend(Header route, BackendObjectReference ref) {
        String namespace = requireNonNullElse(ref.getNamespace(), route.key().namespace());
        return new ObjectKey(Kind.BACKEND, namespace, ref.getName());
    }

    /// Why the filter that a rule refers to cannot be had, or null. A rule without it must not be served as if it had
    /// none.
    static @Nullable String extensionProblem(Header route, HTTPRouteRule rule, Scope scope) {
        for (HTTPRouteFilter filter : rule.getFilters()) {
            LocalObjectReference ref = filter.getExtensionRef();
            if (ref != null && extension(route, ref, scope) == null) {
                return "there is no sound "
                        + new ObjectKey(Kind.HTTP_ROUTE_FILTER, route.key().namespace(), ref.getName());
            }
        }
        return null;
    }

    private static HttpRouteFilterSpec.@Nullable DirectResponse extension(
            Header route, LocalObjectReference ref, Scope scope) {
        LiveObject object = scope.find(Kind.HTTP_ROUTE_FILTER, route.key().namespace(), ref.getName());
        return object != null && object.document() instanceof Document.HttpRouteFilter(var header, var spec)
                ? spec.directResponse()
                : null;
    }

    private static @Nullable OwnAnswer direct(Header route, LocalObjectReference ref, Scope scope) {
        HttpRouteFilterSpec.DirectResponse response = extension(route, ref, scope);
        if (response == null) {
            return null;
        }
        String inline = response.body() == null ? null : response.body().inline();
        return new DirectResponse(
                requireNonNullElse(response.statusCode(), DIRECT_STATUS_DEFAULT),
                response.contentType(),
                inline == null ? new byte[0] : inline.getBytes(StandardCharsets.UTF_8));
    }
}
