package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import io.forebay.policy.compile.Attachments.Target;
import io.forebay.policy.compile.Material.Parent;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A TLSRoute or TCPRoute: does some listener take it, and do its backends exist. A missing backend
/// costs only its share of the weight; a name that another route has already is that one's.
final class ConnectionRouteChecks {

    private final Document.ConnectionRoute route;
    private final Header header;
    private final Scope scope;
    private final Findings faults;

    private ConnectionRouteChecks(Document.ConnectionRoute route, Scope scope, Findings faults) {
        this.route = route;
        this.header = route.header();
        this.scope = scope;
        this.faults = faults;
    }

    static Checked check(Document.ConnectionRoute route, Scope scope) {
        Checked checked = Checked.begin(route.header());
        ConnectionRouteChecks checks = new ConnectionRouteChecks(route, scope, checked.faults());
        List<Parent> parents = new ArrayList<>();
        for (int i = 0; i < route.parentRefs().size(); i++) {
            parents.addAll(checks.parents(route.parentRefs().get(i), "spec.parentRefs[" + i + "]"));
        }
        for (int i = 0; i < route.backendRefs().size(); i++) {
            String problem = backendProblem(
                    route.header(), backend(route.header(), route.backendRefs().get(i)), scope);
            if (problem != null) {
                String path = "spec.rules[0].backendRefs[" + i + "]";
                checked.degraded().error(route.header().at(path), path, problem);
            }
        }
        return parents.isEmpty() ? checked : checked.with(new Material.Attached(parents));
    }

    private List<Parent> parents(ParentReference ref, String path) {
        String namespace = ref.getNamespace() == null ? header.key().namespace() : ref.getNamespace();
        LiveObject object = scope.find(Kind.GATEWAY, namespace, ref.getName());
        if (object == null
                || !(object.document() instanceof Document.Gateway gateway)
                || !(object.material() instanceof Material.Listeners sound)) {
            fault(path, "there is no sound Gateway " + namespace + "/" + ref.getName());
            return List.of();
        }
        List<Parent> parents = new ArrayList<>();
        String problem = gateway.key() + " has no sound listener that is meant and takes a "
                + header.key().kind().kindName();
        for (Listener listener : gateway.spec().getListeners()) {
            boolean isMeant =
                    (ref.getSectionName() == null || ref.getSectionName().equals(listener.getName()))
                            && (ref.getPort() == null || ref.getPort().equals(listener.getPort()));
            if (!isMeant
                    || !ListenerModes.takes(listener, header.key().kind())
                    || !sound.byName().containsKey(listener.getName())) {
                continue;
            }
            Parent parent = new Parent(
                    gateway.key(), listener.getName(), Hostnames.intersect(listener.getHostname(), route.hostnames()));
            String refused = attachmentProblem(listener, namespace, parent);
            if (refused == null) {
                parents.add(parent);
            } else {
                problem = refused;
            }
        }
        if (parents.isEmpty()) {
            fault(path, problem);
        }
        return parents;
    }

    /// Why a listener of the right protocol does not take the route, or null.
    private @Nullable String attachmentProblem(Listener listener, String gatewayNamespace, Parent parent) {
        String where = "listener " + listener.getName() + " of " + parent.gateway();
        if (!allowsNamespace(listener, gatewayNamespace)) {
            return where + " allows no routes of the namespace " + header.key().namespace();
        }
        if (!allowsKind(listener)) {
            return where + " allows no " + header.key().kind().kindName();
        }
        if (parent.hostnames().isEmpty()) {
            return "no hostname of the route fits " + where;
        }
        ObjectKey rival = rival(parent);
        return rival == null ? null : rival + " has these connections of " + where + " already";
    }

    private boolean allowsNamespace(Listener listener, String gatewayNamespace) {
        boolean isFromAll = listener.getAllowedRoutes() != null
                && listener.getAllowedRoutes().getNamespaces() != null
                && "All".equals(listener.getAllowedRoutes().getNamespaces().getFrom());
        return isFromAll || gatewayNamespace.equals(header.key().namespace());
    }

    private boolean allowsKind(Listener listener) {
        String own = header.key().kind().kindName();
        return listener.getAllowedRoutes() == null
                || listener.getAllowedRoutes().getKinds().isEmpty()
                || listener.getAllowedRoutes().getKinds().stream().anyMatch(kind -> own.equals(kind.getKind()));
    }

    /// The route in force that has one of the names on the same listener.
    private @Nullable ObjectKey rival(Parent wanted) {
        ObjectKey rival = rival(wanted, header.key().kind());
        Kind other = header.key().kind() == Kind.TLS_ROUTE ? Kind.TCP_ROUTE : Kind.TLS_ROUTE;
        return rival == null ? rival(wanted, other) : rival;
    }

    private @Nullable ObjectKey rival(Parent wanted, Kind kind) {
        for (LiveObject object : scope.all(kind)) {
            if (!object.key().equals(header.key()) && object.material() instanceof Material.Attached(var parents)) {
                for (Parent parent : parents) {
                    if (parent.gateway().equals(wanted.gateway())
                            && parent.listener().equals(wanted.listener())
                            && !Collections.disjoint(parent.hostnames(), wanted.hostnames())) {
                        return object.key();
                    }
                }
            }
        }
        return null;
    }

    static ObjectKey backend(Header route, BackendRef ref) {
        String namespace = ref.getNamespace() == null ? route.key().namespace() : ref.getNamespace();
        return new ObjectKey(Kind.BACKEND, namespace, ref.getName());
    }

    /// Why connections cannot be relayed to a backend, or null.
    static @Nullable String backendProblem(Header route, ObjectKey backend, Scope scope) {
        String problem = RouteChecks.backendProblem(route, backend, scope);
        if (problem != null) {
            return problem;
        }
        return scope.attachments(Kind.BACKEND_TLS_POLICY).at(new Target(backend, null)) == null
                ? null
                : backend + " has a BackendTLSPolicy, and what is relayed as it is cannot be made TLS";
    }

    private void fault(String path, String message) {
        faults.error(header.at(path), path, message);
    }
}
