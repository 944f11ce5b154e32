package io.forebay.offload.machine;

import io.forebay.offload.JobId;
import io.forebay.offload.PayloadPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The last commit, read by key: what the index asks for when it does not have it in memory. Each call is one point
/// read or one short scan from a known place, never a search from the head of a queue.
public interface Durable {
    @Nullable
    StoredJob job(JobId id);

    /// The job, or `null` if its value is missing or cannot be read, which is reported as damage: for those who can
    /// go on without it.
    @Nullable
    StoredJob readableJob(JobId id);

    @Nullable
    IdemEntry key(IdemKey key);

    @Nullable
    Line line(LineKey key);

    @Nullable
    KeyUse keyUse(LineKey key);

    /// Up to `limit` places after `afterSeq`, in order. One that cannot be read is reported and left out.
    List<Place> inLine(LineKey key, long afterSeq, int limit);

    /// What a tenant holds, as far as it is counted.
    TenantUsage usage(TenantKey tenant);

    /// 0 for a tenant never seen.
    int tenantId(String name);

    byte[] payload(StoredJob job, PayloadPart part);

    /// Jobs of one list after (`changedMs`, `job`) up to and with `toMs`, in order.
    List<Listed> listed(int queueId, StateClass list, long changedMs, JobId job, long toMs, int limit);

    /// A job waiting in a line.
    record Place(long seq, JobId job) {}

    /// A job of a list and when it came to be there.
    record Listed(long changedMs, JobId job) {}
}
