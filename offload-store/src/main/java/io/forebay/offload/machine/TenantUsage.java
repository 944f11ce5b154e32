package io.forebay.offload.machine;

/// What a tenant holds in a queue that limits it: unfinished jobs and their request bytes. Jobs that came before the
/// limit are not counted.
public record TenantUsage(long jobs, long bytes) {
    public static final TenantUsage NONE = new TenantUsage(0, 0);

    TenantUsage plus(long moreJobs, long moreBytes) {
        return new TenantUsage(jobs + moreJobs, bytes + moreBytes);
    }
}
