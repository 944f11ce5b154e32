package io.forebay.offload.machine;

import io.forebay.offload.Callback;
import io.forebay.offload.Caller;
import io.forebay.offload.JobId;
import io.forebay.offload.Notice;
import io.forebay.offload.RouteIdentity;
import org.jspecify.annotations.Nullable;

/// What a job was born with. Only a move to another queue changes anything of it: the queue, its place in line, and
/// whether it is counted. `isRepeatable`: more than one attempt may be made; otherwise its request
/// body was not kept. `dedup` is the key under which others may find the job while it waits. `callback` hears of its
/// end; `notice` is what it has to tell itself. `isCounted`: while it is unfinished it is part of what its tenant holds
/// ([TenantUsage]). `limitHash` is that of its limit key, or `null`.
public record Origin(
        int queueId,
        String queue,
        int tenantId,
        Caller caller,
        RouteIdentity route,
        int priority,
        @Nullable Ordering ordering,
        @Nullable KeyClaim claim,
        @Nullable IdemKey dedup,
        long createdMs,
        long notBeforeMs,
        long deadlineMs,
        String traceId,
        @Nullable JobId redriveOf,
        boolean isRepeatable,
        @Nullable Callback callback,
        @Nullable Notice notice,
        boolean isCounted,
        @Nullable Long limitHash) {
    public ShardKey shard() {
        return new ShardKey(queueId, tenantId, priority);
    }

    @Nullable
    LineKey line() {
        return ordering == null ? null : new LineKey(queueId, ordering.hash());
    }

    public @Nullable LineKey limit() {
        return limitHash == null ? null : LineKey.ofLimit(queueId, limitHash);
    }
}
