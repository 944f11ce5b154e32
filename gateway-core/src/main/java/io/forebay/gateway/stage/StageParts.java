package io.forebay.gateway.stage;

import io.forebay.gateway.offload.JobEndpoints;
import io.forebay.gateway.offload.Offloading;
import io.forebay.gateway.proxy.Forwarder;
import io.forebay.gateway.shard.ShardOwners;
import io.forebay.gateway.takeover.StoreOwner;
import io.forebay.policy.limit.LimitTable;
import io.forebay.policy.token.TokenVerifier;
import org.jspecify.annotations.Nullable;

/// What the stages work with.
///
/// @param loops how many event loops there are
/// @param reservedPrefix paths that belong to the job endpoints
/// @param owner where the store is while it is not here; null in a process that has it from the beginning
/// @param shards where the jobs of other nodes are; null in one that has no peers
public record StageParts(
        int loops,
        String reservedPrefix,
        TokenVerifier tokens,
        LimitTable limits,
        Forwarder forwarder,
        Offloading offloading,
        JobEndpoints jobs,
        @Nullable StoreOwner owner,
        @Nullable ShardOwners shards) {}
