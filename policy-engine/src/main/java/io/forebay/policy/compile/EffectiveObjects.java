package io.forebay.policy.compile;

import io.forebay.policy.document.FaultyDocument;
import io.forebay.policy.document.ObjectKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The objects in force after a compile: the input that the next one falls back to. Immutable.
public final class EffectiveObjects {

    public static final EffectiveObjects NONE = new EffectiveObjects(Map.of(), Map.of(), CompiledRoutes.NONE);

    private final Map<ObjectKey, LiveObject> live;
    private final Map<ObjectKey, FaultyDocument> closed;
    private final CompiledRoutes routes;

    /// Takes the maps over: nobody else may change them from then on.
    ///
    /// @param live in the order of their keys
    /// @param closed faulty routes and security policies without a good version, which must fail closed
    EffectiveObjects(Map<ObjectKey, LiveObject> live, Map<ObjectKey, FaultyDocument> closed, CompiledRoutes routes) {
        this.live = Collections.unmodifiableMap(live);
        this.closed = Collections.unmodifiableMap(closed);
        this.routes = routes;
    }

    Map<ObjectKey, LiveObject> live() {
        return live;
    }

    Map<ObjectKey, FaultyDocument> closed() {
        return closed;
    }

    @Nullable
    LiveObject find(ObjectKey key) {
        return live.get(key);
    }

    CompiledRoutes routes() {
        return routes;
    }

    /// The keys of the objects in force.
    public List<ObjectKey> keys() {
        return List.copyOf(live.keySet());
    }

    /// What this set changes against an earlier one; empty where the gateway would act the same.
    @SuppressWarnings("ReferenceEquality") // most are the very object
    public PolicyDiff since(EffectiveObjects earlier) {
        List<ObjectKey> added = new ArrayList<>();
        List<ObjectKey> changed = new ArrayList<>();
        List<ObjectKey> removed = new ArrayList<>();
        live.forEach((key, object) -> {
            LiveObject before = earlier.live.get(key);
            if (before == null) {
                added.add(key);
            } else if (object != before && !object.meansTheSameAs(before)) {
                changed.add(key);
            }
        });
        earlier.live.keySet().stream().filter(key -> !live.containsKey(key)).forEach(removed::add);
        List<ObjectKey> closing = new ArrayList<>();
        closed.forEach((key, faulty) -> {
            FaultyDocument before = earlier.closed.get(key);
            if (before == null || !faulty.header().saysTheSameAs(before.header())) {
                closing.add(key);
            }
        });
        earlier.closed.keySet().stream()
                .filter(key -> !closed.containsKey(key) && !live.containsKey(key))
                .forEach(removed::add);
        return new PolicyDiff(added, changed, removed, closing);
    }
}
