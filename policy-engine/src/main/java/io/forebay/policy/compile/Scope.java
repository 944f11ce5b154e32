package io.forebay.policy.compile;

import io.forebay.policy.compile.ListenerConflicts.Conflict;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.FaultyDocument;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the checks of one compile see: the objects already in force (an object is checked after those it may refer
/// to), what is attached where, and the input. Used by one thread during one compile.
final class Scope {

    private final Map<ObjectKey, LiveObject> live = new TreeMap<>();
    private final Map<ObjectKey, FaultyDocument> closed = new TreeMap<>();
    private final List<LiveObject> beside = new ArrayList<>();
    private final List<FaultyDocument> closedBeside = new ArrayList<>();
    private final Map<Kind, Attachments> attachments = Map.of(
            Kind.SECURITY_POLICY, new Attachments(),
            Kind.BACKEND_TRAFFIC_POLICY, new Attachments(),
            Kind.CLIENT_TRAFFIC_POLICY, new Attachments(),
            Kind.OFFLOAD_POLICY, new Attachments(),
            Kind.BACKEND_TLS_POLICY, new Attachments());
    private final Map<ObjectKey, List<Conflict>> conflicts = new HashMap<>();
    private final ReferencedFiles referenced;
    private final CompileSettings settings;
    private final long nowMs;
    private final AcceptedRoutes routes = new AcceptedRoutes();
    private ProviderKeys providerKeys = ProviderKeys.NONE;

    Scope(ReferencedFiles referenced, CompileSettings settings, long nowMs) {
        this.referenced = referenced;
        this.settings = settings;
        this.nowMs = nowMs;
    }

    void add(LiveObject object) {
        live.put(object.key(), object);
        if (object.document() instanceof Document.RequestRoute route
                && object.material() instanceof Material.Attached(var parents)) {
            routes.add(route, parents);
        }
        if (object.key().kind() != Kind.HTTP_ROUTE) {
            beside.add(object);
        }
    }

    void close(FaultyDocument faulty) {
        closed.put(faulty.key(), faulty);
        if (faulty.key().kind() != Kind.HTTP_ROUTE) {
            closedBeside.add(faulty);
        }
    }

    /// Everything so far that is no HTTPRoute.
    Surroundings surroundings() {
        return new Surroundings(List.copyOf(beside), List.copyOf(closedBeside));
    }

    @Nullable
    LiveObject find(Kind kind, String namespace, String name) {
        return live.get(new ObjectKey(kind, namespace, name));
    }

    /// Whether a route of that name is known though none of its versions can be used.
    boolean isClosed(ObjectKey key) {
        return closed.containsKey(key);
    }

    List<LiveObject> all() {
        return List.copyOf(live.values());
    }

    /// The routes in force so far.
    AcceptedRoutes routes() {
        return routes;
    }

    List<LiveObject> all(Kind kind) {
        return live.values().stream()
                .filter(object -> object.key().kind() == kind)
                .toList();
    }

    Attachments attachments(Kind policy) {
        Attachments found = attachments.get(policy);
        if (found == null) {
            throw new IllegalArgumentException(policy + " attaches to nothing");
        }
        return found;
    }

    /// Says which listeners of a Gateway's newest version cannot be served beside others; each check
    /// of it says so anew.
    void conflicts(ObjectKey gateway, List<Conflict> found) {
        conflicts.put(gateway, List.copyOf(found));
    }

    /// Those of every Gateway that has any.
    Map<ObjectKey, List<Conflict>> conflicts() {
        return Map.copyOf(conflicts);
    }

    /// Says which keys the providers of this compile have; before any SecurityPolicy is checked.
    void providerKeys(ProviderKeys keys) {
        providerKeys = keys;
    }

    ProviderKeys providerKeys() {
        return providerKeys;
    }

    ReferencedFiles referenced() {
        return referenced;
    }

    CompileSettings settings() {
        return settings;
    }

    long nowMs() {
        return nowMs;
    }

    Map<ObjectKey, FaultyDocument> closed() {
        return closed;
    }

    /// @param routes what the next compile may take over
    EffectiveObjects effective(CompiledRoutes routes) {
        return new EffectiveObjects(live, closed, routes);
    }
}
