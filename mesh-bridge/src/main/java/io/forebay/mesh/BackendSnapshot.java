package io.forebay.mesh;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All backends of one policy generation. Immutable and shared by all loops; a later generation replaces it whole.
public final class BackendSnapshot {
    public static final BackendSnapshot EMPTY = new BackendSnapshot(0, Map.of());

    private final long generation;
    private final Map<BackendId, Backend> backends;

    private BackendSnapshot(long generation, Map<BackendId, Backend> backends) {
        this.generation = generation;
        this.backends = backends;
    }

    /// The snapshot of these backends.
    ///
    /// @throws IllegalArgumentException if two backends bear the same id
    public static BackendSnapshot of(long generation, Collection<Backend> backends) {
        Map<BackendId, Backend> byId = HashMap.newHashMap(backends.size());
        for (Backend backend : backends) {
            if (byId.putIfAbsent(backend.id(), backend) != null) {
                throw new IllegalArgumentException("two backends named " + backend.id());
            }
        }
        return new BackendSnapshot(generation, Map.copyOf(byId));
    }

    public long generation() {
        return generation;
    }

    public @Nullable Backend backend(BackendId id) {
        return backends.get(id);
    }

    public Collection<Backend> backends() {
        return backends.values();
    }
}
