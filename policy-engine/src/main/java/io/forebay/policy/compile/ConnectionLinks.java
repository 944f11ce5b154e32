package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendRef;
import io.forebay.policy.compile.Material.Parent;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.ConnectionRoutes;
import io.forebay.policy.route.ConnectionRule;
import java.util.ArrayList;
import java.util.List;

/// Joins the TLSRoutes and TCPRoutes in force to the listeners that take them.
final class ConnectionLinks {

    private final Scope scope;

    ConnectionLinks(Scope scope) {
        this.scope = scope;
    }

    /// The rules for the connections of a listener that are relayed as they are.
    ConnectionRoutes of(ObjectKey gateway, String listener) {
        List<ConnectionRoutes.Candidate> candidates = new ArrayList<>();
        for (Kind kind : List.of(Kind.TLS_ROUTE, Kind.TCP_ROUTE)) {
            for (LiveObject object : scope.all(kind)) {
                if (object.document() instanceof Document.ConnectionRoute route
                        && object.material() instanceof Material.Attached(var parents)) {
                    add(candidates, route, parents, gateway, listener);
                }
            }
        }
        return candidates.isEmpty() ? ConnectionRoutes.NONE : ConnectionRoutes.of(candidates);
    }

    private void add(
            List<ConnectionRoutes.Candidate> candidates,
            Document.ConnectionRoute route,
            List<Parent> parents,
            ObjectKey gateway,
            String listener) {
        for (Parent parent : parents) {
            if (parent.gateway().equals(gateway) && parent.listener().equals(listener)) {
                ConnectionRule rule = rule(route);
                parent.hostnames().forEach(hostname -> candidates.add(new ConnectionRoutes.Candidate(hostname, rule)));
            }
        }
    }

    private ConnectionRule rule(Document.ConnectionRoute route) {
        Header header = route.header();
        String name = route.ruleName() == null ? "0" : route.ruleName();
        List<BackendSplit.Share> shares = new ArrayList<>();
        List<BackendSplit.Share> fallbacks = new ArrayList<>();
        for (BackendRef ref : route.backendRefs()) {
            int weight = ref.getWeight() == null ? 1 : ref.getWeight();
            ObjectKey backend = ConnectionRouteChecks.backend(header, ref);
            String problem = ConnectionRouteChecks.backendProblem(header, backend, scope);
            String id = PolicyMapping.id(backend);
            if (problem != null) {
                shares.add(BackendSplit.Share.faulty(id, problem, weight));
            } else if (RouteMapping.isFallback(backend, scope)) {
                fallbacks.add(BackendSplit.Share.of(id, weight));
            } else {
                shares.add(BackendSplit.Share.of(id, weight));
            }
        }
        return new ConnectionRule(
                header.key().kind().kindName() + "/" + PolicyMapping.id(header.key()) + "/" + name,
                BackendSplit.of(shares, fallbacks));
    }
}
