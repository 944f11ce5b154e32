package io.forebay.admin.audit;

import io.forebay.admin.Reply;

/// Where audit entries are kept: durable, in order, never dropped.
@FunctionalInterface
public interface AuditTrail {
    /// Keeps one entry; done means it is on disk. The value is its place in the trail.
    Reply<Long> append(AuditEntry entry);
}
