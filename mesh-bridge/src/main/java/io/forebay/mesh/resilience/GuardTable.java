package io.forebay.mesh.resilience;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendSnapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The guards of all backends of one policy generation. Immutable: the publisher of a policy makes the next one with
/// [#next] and hands it to the loops together with the snapshot. Two publishers at a time are not supported.
public final class GuardTable {
    public static final GuardTable EMPTY = new GuardTable(0, Map.of());

    private final long generation;
    private final Map<BackendId, BackendGuard> guards;

    private GuardTable(long generation, Map<BackendId, BackendGuard> guards) {
        this.generation = generation;
        this.guards = guards;
    }

    /// The table of the next generation: counts and breakers of what stays are kept, those of what left are dropped.
    ///
    /// @param settings of the breakers of backends whose policy says nothing of ejection
    public GuardTable next(BackendSnapshot snapshot, BreakerSettings settings, long nowNs) {
        Map<BackendId, BackendGuard> following =
                HashMap.newHashMap(snapshot.backends().size());
        for (Backend backend : snapshot.backends()) {
            following.put(backend.id(), BackendGuard.following(guards.get(backend.id()), backend, settings, nowNs));
        }
        return new GuardTable(snapshot.generation(), Map.copyOf(following));
    }

    public long generation() {
        return generation;
    }

    public @Nullable BackendGuard guard(BackendId id) {
        return guards.get(id);
    }

    public Collection<BackendGuard> guards() {
        return guards.values();
    }
}
