package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteGroupKind;
import io.forebay.policy.compile.Material.Parent;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An HTTPRoute or GRPCRoute: does some listener take it, and do its backends exist. A missing backend costs only its
/// share of the
/// weight; a route that no listener takes is faulty.
final class RouteChecks {

    private final Header header;
    private final HTTPRouteSpec spec;
    private final Scope scope;
    private final Findings faults;
    private final Findings degraded;

    private RouteChecks(Header header, HTTPRouteSpec spec, Scope scope, Findings faults, Findings degraded) {
        this.header = header;
        this.spec = spec;
        this.scope = scope;
        this.faults = faults;
        this.degraded = degraded;
    }

    static Checked check(Document.RequestRoute route, Scope scope) {
        Checked checked = Checked.begin(route.header());
        RouteChecks checks = new RouteChecks(route.header(), route.spec(), scope, checked.faults(), checked.degraded());
        List<Parent> parents = checks.parents();
        checks.checkRules();
        return parents.isEmpty() ? checked : checked.with(new Material.Attached(parents));
    }

    /// Where a faulty route would be served, told from what is readable of it.
    static List<Parent> parents(Header header, HTTPRouteSpec partial, Scope scope) {
        Findings unheard = new Findings("");
        return partial.getParentRefs() == null
                ? List.of()
                : new RouteChecks(header, partial, scope, unheard, unheard).parents();
    }

    private List<Parent> parents() {
        List<Parent> parents = new ArrayList<>();
        for (int i = 0; i < spec.getParentRefs().size(); i++) {
            parents.addAll(parents(spec.getParentRefs().get(i), "spec.parentRefs[" + i + "]"));
        }
        return parents;
    }

    private List<Parent> parents(ParentReference ref, String path) {
        String namespace = ref.getNamespace() == null ? header.key().namespace() : ref.getNamespace();
        LiveObject object = ref.getName() == null ? null : scope.find(Kind.GATEWAY, namespace, ref.getName());
        if (object == null
                || !(object.document() instanceof Document.Gateway gateway)
                || !(object.material() instanceof Material.Listeners sound)) {
            fault(path, "there is no sound Gateway " + namespace + "/" + ref.getName());
            return List.of();
        }
        List<Parent> parents = new ArrayList<>();
        boolean isNamed = false;
        boolean isAllowed = false;
        boolean fits = false;
        for (Listener listener : gateway.spec().getListeners()) {
            boolean isMeant =
                    (ref.getSectionName() == null || ref.getSectionName().equals(listener.getName()))
                            && (ref.getPort() == null || ref.getPort().equals(listener.getPort()));
            if (!isMeant || !sound.byName().containsKey(listener.getName())) {
                continue;
            }
            isNamed = true;
            if (allows(listener, namespace)) {
                isAllowed = true;
                List<@Nullable String> hostnames = Hostnames.intersect(listener.getHostname(), hostnames());
                if (hostnames.isEmpty()) {
                    continue;
                }
                fits = true;
                Parent parent = new Parent(gateway.key(), listener.getName(), hostnames);
                AcceptedRoutes.Rival rival = scope.routes().rival(header.key(), parent);
                if (rival == null) {
                    parents.add(parent);
                } else {
                    fault(path, rival.text(listener.getName()));
                }
            }
        }
        if (!isNamed) {
            fault(path, gateway.key() + " has no sound listener " + named(ref));
        } else if (!isAllowed) {
            fault(
                    path,
                    "no listener of " + gateway.key() + " allows a "
                            + header.key().kind().kindName() + " of the namespace "
                            + header.key().namespace());
        } else if (!fits) {
            fault(path, "no hostname of the route fits a listener of " + gateway.key());
        }
        return parents;
    }

    private static String named(ParentReference ref) {
        String name = ref.getSectionName() == null ? "" : ref.getSectionName();
        String port = ref.getPort() == null ? "" : "on port " + ref.getPort();
        return (name + " " + port).strip();
    }

    private List<String> hostnames() {
        return spec.getHostnames() == null ? List.of() : spec.getHostnames();
    }

    private boolean allows(Listener listener, String gatewayNamespace) {
        return listener.getProtocol().startsWith("HTTP")
                && allowsKind(listener)
                && allowsNamespace(listener, gatewayNamespace);
    }

    private boolean allowsKind(Listener listener) {
        List<RouteGroupKind> kinds = listener.getAllowedRoutes() == null
                ? List.of()
                : listener.getAllowedRoutes().getKinds();
        String own = header.key().kind().kindName();
        return kinds.isEmpty() || kinds.stream().anyMatch(kind -> own.equals(kind.getKind()));
    }

    private boolean allowsNamespace(Listener listener, String gatewayNamespace) {
        boolean isFromAll = listener.getAllowedRoutes() != null
                && listener.getAllowedRoutes().getNamespaces() != null
                && "All".equals(listener.getAllowedRoutes().getNamespaces().getFrom());
        return isFromAll || gatewayNamespace.equals(header.key().namespace());
    }

    private void checkRules() {
        Map<String, Integer> ids = new HashMap<>();
        for (int i = 0; i < spec.getRules().size(); i++) {
            HTTPRouteRule rule = spec.getRules().get(i);
            String path = "spec.rules[" + i + "]";
            Integer earlier = ids.putIfAbsent(RuleNames.of(rule, i), i);
            if (earlier != null) {
                fault(path, "rules " + earlier + " and " + i + " are both called " + RuleNames.of(rule, i));
            }
            for (int j = 0; j < rule.getBackendRefs().size(); j++) {
                String problem = backendProblem(
                        header,
                        RouteMapping.backend(header, rule.getBackendRefs().get(j)),
                        scope);
                if (problem != null) {
                    String refPath = path + ".backendRefs[" + j + "]";
                    degraded.error(header.at(refPath), refPath, problem);
                }
            }
            checkFilters(rule, path);
            if (rule.getBackendRefs().isEmpty() && !RouteFilters.answers(rule)) {
                degraded.warning(
                        header.at(path), path, "the rule has no backendRefs: calls that are not offloaded answer 500");
            }
            warnOfReservedPaths(rule, path);
        }
    }

    /// Why a backend cannot be called, or null.
    static @Nullable String backendProblem(Header route, ObjectKey backend, Scope scope) {
        String refused = Grants.problem(route.key(), backend, scope);
        if (refused != null) {
            return refused;
        }
        LiveObject found = scope.find(Kind.BACKEND, backend.namespace(), backend.name());
        if (found == null || !(found.document() instanceof Document.Backend document)) {
            return "there is no sound " + backend;
        }
        String unspoken = route.key().kind() == Kind.GRPC_ROUTE ? BackendTransports.grpcProblem(document) : null;
        return unspoken == null ? BackendTransports.problem(backend, scope) : unspoken;
    }

    /// What filters refer to: a missing mirror costs the copies, a missing extension the rule.
    private void checkFilters(HTTPRouteRule rule, String path) {
        for (int i = 0; i < rule.getFilters().size(); i++) {
            HTTPRouteFilter filter = rule.getFilters().get(i);
            String problem = null;
            String field = "";
            if (filter.getRequestMirror() != null) {
                field = ".requestMirror.backendRef";
                problem = backendProblem(
                        header,
                        RouteFilters.backend(header, filter.getRequestMirror().getBackendRef()),
                        scope);
            } else if (filter.getExtensionRef() != null) {
                field = ".extensionRef";
                problem = RouteFilters.extensionProblem(header, rule, scope);
            }
            if (problem != null) {
                String refPath = path + ".filters[" + i + "]" + field;
                degraded.error(header.at(refPath), refPath, problem);
            }
        }
    }

    private void warnOfReservedPaths(HTTPRouteRule rule, String path) {
        for (int i = 0; i < rule.getMatches().size(); i++) {
            HTTPRouteMatch match = rule.getMatches().get(i);
            String value = match.getPath() == null ? null : match.getPath().getValue();
            if (value != null && value.startsWith(scope.settings().reservedPrefix())) {
                String matchPath = path + ".matches[" + i + "].path.value";
                faults.warning(
                        header.at(matchPath),
                        matchPath,
                        "paths under " + scope.settings().reservedPrefix()
                                + " belong to the gateway's own endpoints, which are matched first");
            }
        }
    }

    private void fault(String path, String message) {
        faults.error(header.at(path), path, message);
    }
}
