package io.forebay.offload.machine;

/// A tenant in one queue.
public record TenantKey(int queueId, int tenantId) {}
