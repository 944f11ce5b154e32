package io.forebay.policy.document;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCHeaderMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCMethodMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRouteSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeaderMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPPathMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteSpec;
import org.jspecify.annotations.Nullable;

/// Says what a GRPCRoute says as an HTTPRoute, list by list, so that paths into the one lead to the same place in the
/// other. A call of gRPC is a request for `/service/method`. Pure; takes specs of faulty documents too, whose matches
/// mean nothing where they have a fault.
public final class GrpcRouteTranslation {
    /// The type of a path that stands for a method of whatever service; its value is the method. No HTTPRoute can write
    /// it.
    public static final String METHOD_OF_ANY_SERVICE = "GRPCMethod";

    private static final String ANY_SEGMENT = "[^/]+";

    private GrpcRouteTranslation() {}

    static HTTPRouteSpec of(GRPCRouteSpec grpc) {
        HTTPRouteSpec spec = new HTTPRouteSpec();
        spec.setParentRefs(grpc.getParentRefs());
        spec.setHostnames(grpc.getHostnames());
        spec.setRules(grpc.getRules().stream().map(GrpcRouteTranslation::rule).toList());
        return spec;
    }

    private static HTTPRouteRule rule(GRPCRouteRule grpc) {
        HTTPRouteRule rule = new HTTPRouteRule();
        rule.setName(grpc.getName());
        rule.setSessionPersistence(grpc.getSessionPersistence());
        rule.setMatches(
                grpc.getMatches().stream().map(GrpcRouteTranslation::match).toList());
        rule.setFilters(
                grpc.getFilters().stream().map(GrpcRouteTranslation::filter).toList());
        rule.setBackendRefs(grpc.getBackendRefs().stream()
                .map(GrpcRouteTranslation::backend)
                .toList());
        return rule;
    }

    private static HTTPRouteMatch match(GRPCRouteMatch grpc) {
        HTTPRouteMatch match = new HTTPRouteMatch();
        match.setPath(path(grpc.getMethod()));
        match.setHeaders(
                grpc.getHeaders().stream().map(GrpcRouteTranslation::header).toList());
        return match;
    }

    private static HTTPHeaderMatch header(GRPCHeaderMatch grpc) {
        HTTPHeaderMatch header = new HTTPHeaderMatch();
        header.setName(grpc.getName());
        header.setType(grpc.getType());
        header.setValue(grpc.getValue());
        return header;
    }

    private static @Nullable HTTPPathMatch path(@Nullable GRPCMethodMatch call) {
        String service = call == null ? null : call.getService();
        String method = call == null ? null : call.getMethod();
        if (call == null || (service == null && method == null)) {
            return null;
        }
        HTTPPathMatch path = new HTTPPathMatch();
        if (GatewayApiRules.REGULAR_EXPRESSION.equals(call.getType())) {
            path.setType(GatewayApiRules.REGULAR_EXPRESSION);
            path.setValue(expression(service, method));
        } else if (service == null) {
            path.setType(METHOD_OF_ANY_SERVICE);
            path.setValue(method);
        } else {
            path.setType(method == null ? "PathPrefix" : "Exact");
            path.setValue("/" + service + (method == null ? "" : "/" + method));
        }
        return path;
    }

    /// The whole path of calls whose service and method match these expressions, each the whole of its own.
    static String expression(@Nullable String service, @Nullable String method) {
        return "/" + segment(service) + "/" + segment(method);
    }

    private static String segment(@Nullable String expression) {
        return expression == null ? ANY_SEGMENT : "(?:" + expression + ")";
    }

    private static HTTPRouteFilter filter(GRPCRouteFilter grpc) {
        HTTPRouteFilter filter = new HTTPRouteFilter();
        filter.setType(grpc.getType());
        filter.setRequestHeaderModifier(grpc.getRequestHeaderModifier());
        filter.setResponseHeaderModifier(grpc.getResponseHeaderModifier());
        filter.setRequestMirror(grpc.getRequestMirror());
        filter.setExtensionRef(grpc.getExtensionRef());
        return filter;
    }

    private static HTTPBackendRef backend(GRPCBackendRef grpc) {
        HTTPBackendRef ref = new HTTPBackendRef();
        ref.setGroup(grpc.getGroup());
        ref.setKind(grpc.getKind());
        ref.setNamespace(grpc.getNamespace());
        ref.setName(grpc.getName());
        ref.setPort(grpc.getPort());
        ref.setWeight(grpc.getWeight());
        ref.setFilters(
                grpc.getFilters().stream().map(GrpcRouteTranslation::filter).toList());
        return ref;
    }
}
