package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.shard.ShardOwners;
import io.forebay.gateway.takeover.StoreOwner;
import org.jspecify.annotations.Nullable;

/// Sends what another process of the gateway has to judge there as it came; the other stages see it there: a call on a
/// job of another node, and while a predecessor still has the job store, what needs it. Does nothing in a process that
/// has no peers, and its store from the beginning.
final class HandOn implements Stage {
    private final @Nullable StoreOwner owner;
    private final @Nullable ShardOwners shards;

    HandOn(@Nullable StoreOwner owner, @Nullable ShardOwners shards) {
        this.owner = owner;
        this.shards = shards;
    }

    @Override
    public Verdict apply(Exchange exchange) {
        if (shards != null && shards.takes(exchange)) {
            return Verdict.TAKEN;
        }
        return owner != null && owner.takes(exchange) ? Verdict.TAKEN : Verdict.PROCEED;
    }
}
