package io.forebay.main.explain;

import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.Mode;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.TargetRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which ClientTrafficPolicy and BackendTrafficPolicy hold where, by what the documents name as targets: what they say
/// is compiled into ports, rules and backends, which do not know where it comes from. The more specific target
/// wins, as docs/policy.md has it; policies that are off hold nowhere.
final class TrafficPolicies {
    private record Target(ObjectKey object, @Nullable String section) {}

    /// @param mode what the policy itself says
    record Found(ObjectKey policy, Mode mode) {}

    private final Map<Target, Found> ofClients = new HashMap<>();
    private final Map<Target, Found> ofBackends = new HashMap<>();
    private final List<ListenerPolicy> listeners;

    /// @param listeners all that are live
    TrafficPolicies(List<Document> documents, List<ListenerPolicy> listeners) {
        this.listeners = listeners;
        for (Document document : documents) {
            if (document instanceof Document.ClientTrafficPolicy(var header, var spec)) {
                attach(ofClients, header, spec.targetRefs(), spec.mode());
            } else if (document instanceof Document.BackendTrafficPolicy(var header, var spec)) {
                attach(ofBackends, header, spec.targetRefs(), spec.mode());
            }
        }
    }

    private static void attach(Map<Target, Found> all, Header header, List<TargetRef> targets, @Nullable Mode mode) {
        if (mode == Mode.OFF) {
            return;
        }
        Found found = new Found(header.key(), mode == null ? Mode.ENFORCE : mode);
        for (TargetRef ref : targets) {
            Kind.find(ref.group(), ref.kind())
                    .map(kind -> new ObjectKey(kind, header.key().namespace(), ref.name()))
                    .ifPresent(object -> all.putIfAbsent(new Target(object, ref.sectionName()), found));
        }
    }

    /// What holds for the clients of a listener: its own, its Gateway's, or that of another listener of its port,
    /// since a port has one.
    @Nullable
    Found ofListener(ListenerPolicy listener) {
        Found own = ofListener(ofClients, listener.id());
        if (own != null) {
            return own;
        }
        for (ListenerPolicy other : listeners) {
            Found found = other.port() == listener.port() ? ofListener(ofClients, other.id()) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /// What holds for the calls of a rule: its own, its route's, the listener's or its Gateway's.
    ///
    /// @param rule as [io.forebay.policy.route.RouteRule#id] has it; null for the job endpoints
    /// @param listener namespace/gateway/listener
    @Nullable
    Found ofCalls(@Nullable String rule, String listener) {
        if (rule != null) {
            Kind kind = rule.startsWith("GRPCRoute/") ? Kind.GRPC_ROUTE : Kind.HTTP_ROUTE;
            String[] parts = (kind == Kind.GRPC_ROUTE ? rule.substring("GRPCRoute/".length()) : rule).split("/", 3);
            Found own = ofSection(ofBackends, new ObjectKey(kind, parts[0], parts[1]), parts[2]);
            if (own != null) {
                return own;
            }
        }
        return ofListener(ofBackends, listener);
    }

    /// What holds for the connections to a backend.
    ///
    /// @param backend namespace/name
    @Nullable
    Found ofBackend(String backend) {
        int slash = backend.indexOf('/');
        return slash < 0
                ? null
                : ofBackends.get(new Target(
                        new ObjectKey(Kind.BACKEND, backend.substring(0, slash), backend.substring(slash + 1)), null));
    }

    private static @Nullable Found ofListener(Map<Target, Found> all, String listener) {
        String[] parts = listener.split("/", 3);
        return ofSection(all, new ObjectKey(Kind.GATEWAY, parts[0], parts[1]), parts[2]);
    }

    private static @Nullable Found ofSection(Map<Target, Found> all, ObjectKey object, String section) {
        Found found = all.get(new Target(object, section));
        return found == null ? all.get(new Target(object, null)) : found;
    }
}
