package io.forebay.gateway.stage;

import io.forebay.gateway.shard.ShardOwners;
import io.forebay.gateway.takeover.StoreOwner;
import io.forebay.policy.limit.LimitTable;
import io.forebay.policy.token.TokenVerifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The stages before a request goes anywhere, in one literal list: what [Pipeline] runs, and [Walk] explains.
final class Guards {
    private Guards() {}

    /// What they work with.
    ///
    /// @param loops how many event loops there are
    /// @param owner where the store is while it is not here, or null
    /// @param shards where the jobs of other nodes are, or null
    record Parts(
            int loops,
            String reservedPrefix,
            TokenVerifier tokens,
            LimitTable limits,
            @Nullable StoreOwner owner,
            @Nullable ShardOwners shards) {}

    static List<Stage> inOrder(Parts parts, CredentialFailures[] failuresOfLoop) {
        return List.of(
                new Shed(),
                new Match(parts.reservedPrefix()),
                new HandOn(parts.owner(), parts.shards()),
                new Cors(),
                new Admit(failuresOfLoop),
                new Identify(parts.tokens(), parts.loops()),
                new Authorize(),
                new Throttle(parts.limits(), parts.loops()),
                new Respond());
    }
}
