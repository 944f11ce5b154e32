package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.audit.AuditEntry;
import io.forebay.admin.audit.AuditView;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `GET /api/v1/audit`: who changed what, and why. The latest entries, unless the call says from which on.
final class AuditResource {
    private final AuditView audit;
    private final Deadline deadline;

    AuditResource(AuditView audit, Deadline deadline) {
        this.audit = audit;
        this.deadline = deadline;
    }

    List<Operation> operations() {
        return List.of(Operation.get("/api/v1/audit", Set.of("from", "limit"), this::list));
    }

    /// Entries, oldest first. `next` is absent at the end.
    record AuditDocument(
            List<AuditEntryDocument> entries, @Nullable Long next) {}

    /// One entry at its place. The reason is absent if none was given, the result in an intent.
    record AuditEntryDocument(
            long offset,
            String changeId,
            Instant at,
            String phase,
            String operator,
            String peer,
            String action,
            String target,
            @Nullable String reason,
            @Nullable String result,
            String traceId) {}

    private Answer list(Parameters parameters) {
        OptionalLong from = parameters.place("from");
        int limit = parameters.limit();
        return Answer.of(
                deadline.ask(() -> from.isPresent() ? audit.from(from.getAsLong(), limit) : audit.latest(limit)),
                "entry",
                page -> new AuditDocument(
                        page.entries().stream().map(AuditResource::document).toList(), page.next()));
    }

    private static AuditEntryDocument document(AuditView.Kept kept) {
        AuditEntry entry = kept.entry();
        return new AuditEntryDocument(
                kept.offset(),
                entry.changeId(),
                entry.at(),
                entry.phase().word(),
                entry.operator(),
                entry.peer(),
                entry.action(),
                entry.target(),
                entry.reason(),
                entry.result(),
                entry.traceId());
    }
}
