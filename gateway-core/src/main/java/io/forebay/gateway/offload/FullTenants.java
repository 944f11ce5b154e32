package io.forebay.gateway.offload;

import io.forebay.offload.StoreRefusal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tenants whose last submit the store refused because they have as much in a queue as one tenant may. For a second
/// their next ones are refused at the head, before a body that nobody wants has come. Any thread.
final class FullTenants {
    /// Of more, the store says so itself.
    private static final int REMEMBERED_MAX = 10_000;

    private static final long REMEMBERED_NS = TimeUnit.SECONDS.toNanos(1);

    private final ConcurrentHashMap<Key, Full> full = new ConcurrentHashMap<>();

    private record Key(String queue, String tenant) {}

    private record Full(StoreRefusal refusal, long untilNs) {}

    void note(StoreRefusal refusal, long nowNs) {
        if (refusal instanceof StoreRefusal.TenantFull of) {
            if (full.size() >= REMEMBERED_MAX) {
                full.values().removeIf(each -> each.untilNs() - nowNs <= 0);
            }
            if (full.size() < REMEMBERED_MAX) {
                full.put(new Key(of.queue(), of.tenant()), new Full(refusal, nowNs + REMEMBERED_NS));
            }
        }
    }

    /// What a submit would be refused with, or null if that is not known.
    @Nullable
    StoreRefusal refusal(String queue, String tenant, long nowNs) {
        if (full.isEmpty()) {
            return null;
        }
        Key key = new Key(queue, TenantName.of(tenant));
        Full found = full.get(key);
        if (found == null) {
            return null;
        }
        if (found.untilNs() - nowNs <= 0) {
            full.remove(key, found);
            return null;
        }
        return found.refusal();
    }
}
