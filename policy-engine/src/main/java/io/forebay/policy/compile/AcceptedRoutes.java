package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.forebay.policy.compile.Material.Parent;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the routes that are in force leave for those that are looked at after them. A listener serves a hostname
/// by one kind of route only (Gateway API, GRPCRoute), and a Backend that a route of gRPC names is spoken to by
/// HTTP/2. Used by one thread during one compile.
final class AcceptedRoutes {
    /// Stands for every host.
    private static final String ANY = "";

    private final Map<Place, Map<String, ObjectKey>> taken = new HashMap<>();
    /// Whose hostnames are not in `taken` yet: where there is no route of gRPC nobody asks for those of thousands.
    private final List<Accepted> untold = new ArrayList<>();
    private final Set<ObjectKey> grpcBackends = new HashSet<>();
    private boolean hasGrpc;

    private record Place(ObjectKey gateway, String listener, Kind kind) {}

    private record Accepted(ObjectKey route, List<Parent> parents) {}

    /// A route of another kind that has a hostname already.
    record Rival(ObjectKey route, String hostname) {
        String text(String listener) {
            return route + " is served " + (hostname.isEmpty() ? "for every hostname" : "for " + hostname)
                    + " by the listener " + listener + " already, and a hostname has one kind of route";
        }
    }

    void add(Document.RequestRoute route, List<Parent> parents) {
        untold.add(new Accepted(route.key(), parents));
        if (route instanceof Document.GrpcRoute) {
            hasGrpc = true;
            route.spec().getRules().forEach(rule -> addBackends(route, rule));
        }
    }

    private void tell() {
        for (Accepted accepted : untold) {
            Kind kind = accepted.route().kind();
            for (Parent parent : accepted.parents()) {
                Map<String, ObjectKey> names = taken.computeIfAbsent(
                        new Place(parent.gateway(), parent.listener(), kind), _ -> new HashMap<>());
                for (String hostname : parent.hostnames()) {
                    names.putIfAbsent(hostname == null ? ANY : hostname, accepted.route());
                }
            }
        }
        untold.clear();
    }

    private void addBackends(Document.RequestRoute route, HTTPRouteRule rule) {
        for (HTTPBackendRef ref : rule.getBackendRefs()) {
            grpcBackends.add(RouteMapping.backend(route.header(), ref));
        }
        for (HTTPRouteFilter filter : rule.getFilters()) {
            if (filter.getRequestMirror() != null) {
                grpcBackends.add(RouteFilters.backend(
                        route.header(), filter.getRequestMirror().getBackendRef()));
            }
        }
    }

    /// Whether a route of gRPC names the Backend.
    boolean isCalledByGrpc(ObjectKey backend) {
        return grpcBackends.contains(backend);
    }

    /// Who keeps a route off a listener, or null.
    @Nullable
    Rival rival(ObjectKey route, Parent parent) {
        Kind other = route.kind() == Kind.GRPC_ROUTE ? Kind.HTTP_ROUTE : Kind.GRPC_ROUTE;
        if (other == Kind.GRPC_ROUTE && !hasGrpc) {
            return null;
        }
        tell();
        Map<String, ObjectKey> names =
                taken.getOrDefault(new Place(parent.gateway(), parent.listener(), other), Map.of());
        if (!names.isEmpty()) {
            for (String hostname : parent.hostnames()) {
                String common = overlap(hostname == null ? ANY : hostname, names);
                if (common != null) {
                    return new Rival(names.getOrDefault(common, route), common);
                }
            }
        }
        return null;
    }

    /// The first of the names that has hosts in common with `hostname`, or null.
    private static @Nullable String overlap(String hostname, Map<String, ObjectKey> names) {
        if (names.containsKey(hostname)) {
            return hostname;
        }
        if (names.containsKey(ANY)) {
            return ANY;
        }
        for (int dot = hostname.indexOf('.'); dot >= 0; dot = hostname.indexOf('.', dot + 1)) {
            String wildcard = "*" + hostname.substring(dot);
            if (names.containsKey(wildcard)) {
                return wildcard;
            }
        }
        if (hostname.equals(ANY) || hostname.startsWith("*.")) {
            return names.keySet().stream()
                    .filter(name -> hostname.equals(ANY) || Hostnames.covers(hostname, name))
                    .sorted()
                    .findFirst()
                    .orElse(null);
        }
        return null;
    }
}
