package io.forebay.offload.machine;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// The dictionary of tenants: a number for each name, given once. Names of the open batch and the 16,384 used last
/// are in memory; the rest are on disk.
final class TenantNames {
    private static final int MET_MAX = 16_384;

    private final Durable durable;
    private final Map<String, Integer> fresh = new HashMap<>();
    private final Met met = new Met();
    private int nextId;

    TenantNames(Durable durable, int nextId) {
        this.durable = durable;
        this.nextId = nextId;
    }

    /// 0 for a tenant never seen.
    int id(String name) {
        Integer id = fresh.get(name);
        if (id == null) {
            id = met.get(name);
        }
        if (id != null) {
            return id;
        }
        int stored = durable.tenantId(name);
        if (stored != 0) {
            met.put(name, stored);
        }
        return stored;
    }

    int nextId() {
        return nextId;
    }

    void named(int id, String name) {
        fresh.put(name, id);
        nextId = Math.max(nextId, id + 1);
    }

    void committed() {
        met.putAll(fresh);
        fresh.clear();
    }

    private static final class Met extends LinkedHashMap<String, Integer> {
        private static final long serialVersionUID = 1;

        Met() {
            super(64, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MET_MAX;
        }
    }
}
