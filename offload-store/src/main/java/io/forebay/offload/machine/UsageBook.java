package io.forebay.offload.machine;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What tenants hold: the last commit, with what the open batch changed laid over it. Part of the index; owned by
/// `store-writer`.
final class UsageBook {
    private final Durable durable;
    private final Map<TenantKey, TenantUsage> changed = new HashMap<>();

    UsageBook(Durable durable) {
        this.durable = durable;
    }

    TenantUsage of(TenantKey tenant) {
        TenantUsage inBatch = changed.get(tenant);
        return inBatch != null ? inBatch : durable.usage(tenant);
    }

    void jobMoved(@Nullable StoredJob before, @Nullable StoredJob after) {
        boolean was = isHeld(before);
        boolean is = isHeld(after);
        if (was != is) {
            StoredJob job = requireNonNull(is ? after : before, "job");
            long bytes = job.payload().requestBytes();
            TenantKey tenant =
                    new TenantKey(job.origin().queueId(), job.origin().tenantId());
            changed.put(tenant, of(tenant).plus(is ? 1 : -1, is ? bytes : -bytes));
        }
    }

    private static boolean isHeld(@Nullable StoredJob job) {
        return job != null && job.origin().isCounted() && !job.isTerminal();
    }

    /// By tenant, where the batch moved it.
    Map<TenantKey, TenantUsage> changed() {
        return Collections.unmodifiableMap(changed);
    }

    void committed() {
        changed.clear();
    }
}
