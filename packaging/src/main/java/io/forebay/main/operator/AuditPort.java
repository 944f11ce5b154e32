package io.forebay.main.operator;

import io.forebay.admin.Reply;
import io.forebay.admin.audit.AuditEntry;
import io.forebay.admin.audit.AuditTrail;
import io.forebay.offload.JobStore;

/// Keeps audit entries in the store's internal topic `audit`.
public final class AuditPort implements AuditTrail {
    private static final String TOPIC = "audit";

    private final JobStore store;

    public AuditPort(JobStore store) {
        this.store = store;
    }

    @Override
    public Reply<Long> append(AuditEntry entry) {
        return StoreReplies.<Long, Long>ask(completion -> store.append(TOPIC, entry.json(), completion), Reply::done);
    }
}
