package io.forebay.offload.machine;

/// One run of ready jobs: a queue, a tenant, a priority.
public record ShardKey(int queueId, int tenantId, int priority) {}
